// SPDX-License-Identifier: MIT
/// \file
/// Session: the streams of a connection and who reads them; the unidirectional ones.
#include "implementation.hpp"

#include <pottle/proto/h3/session.hpp>

#include <algorithm>
#include <utility>

namespace pottle::h3 {

namespace {
constexpr bool is_uni(StreamId id) noexcept {
    return (id & 2) != 0;  // RFC 9000 2.1
}

/// Stream types (RFC 9114 11.2.4, RFC 9204 4.2).
enum StreamType : std::uint64_t {
    kControlStream = 0x00,
    kPushStream = 0x01,
    kQpackEncoder = 0x02,
    kQpackDecoder = 0x03,
};
}  // namespace

Session::Implementation::Implementation(const Limits& the_limits, SessionEvents& the_events)
    : limits(the_limits),
      events(the_events),
      decoder(the_limits.qpack_table, the_limits.qpack_blocked_streams),
      control_reader(limits) {}

Session::Session(const Limits& limits, SessionEvents& events)
    : self_(std::make_unique<Implementation>(limits, events)) {}
Session::~Session() = default;

Result<std::size_t> Session::receive(StreamId stream, std::string_view octets, bool fin) {
    if (self_->error) return fail(*self_->error);
    Result<std::size_t> credit = self_->receive(stream, octets, fin);
    if (!credit) self_->error = credit.error();
    return credit;
}

Result<std::size_t> Session::Implementation::receive(StreamId stream, std::string_view octets,
                                                     bool fin) {
    if (!is_uni(stream)) return receive_request(stream, octets, fin);
    POTTLE_TRY(receive_uni(stream, octets, fin));
    return octets.size();
}

Result<> Session::on_reset(StreamId id) {
    Implementation& self = *self_;
    if (self.error) return fail(*self.error);
    if (self.is_critical(id)) {
        Result<> refused =
            connection_error(Code::ClosedCriticalStream, "a stream that must stay was reset");
        self.error = refused.error();
        return refused;
    }
    if (is_uni(id)) {
        self.uni_streams.erase(id);
        return {};
    }
    self.next_request = std::max(self.next_request, id + 4);
    if (RequestStream* stream = self.find(id)) {
        self.forget_section(*stream);
        stream->state = RequestStream::State::Ended;
    }
    return {};
}

void Session::on_closed(StreamId id) {
    Implementation& self = *self_;
    if (is_uni(id)) {
        self.uni_streams.erase(id);
        return;
    }
    const auto found = self.requests.find(id);
    if (found == self.requests.end()) return;
    RequestStream& stream = *found->second;
    self.forget_section(stream);
    self.scheduler.remove(stream);
    self.unacknowledged -= stream.out.unacknowledged();
    self.queued -= stream.counted;
    self.requests.erase(found);
}

bool Session::awaits_head(StreamId id) const noexcept {
    using State = RequestStream::State;
    const RequestStream* stream = self_->find(id);
    if (!stream) return false;
    return stream->state == State::Head ||
           (stream->state == State::Blocked && stream->before_blocked == State::Head);
}

void Session::ignore_input(StreamId id) {
    RequestStream* stream = self_->find(id);
    if (!stream) return;
    self_->forget_section(*stream);
    stream->state = RequestStream::State::Ended;
}

// ---- unidirectional streams

bool Session::Implementation::is_critical(StreamId id) const noexcept {
    return id == control_in || id == encoder_in || id == decoder_in;
}

Result<> Session::Implementation::receive_uni(StreamId id, std::string_view octets, bool fin) {
    using Kind = UniStream::Kind;
    UniStream& stream = uni_streams[id];
    if (stream.kind == Kind::Unknown && stream.type.take(octets))
        POTTLE_TRY(assign(id, stream, stream.type.value()));
    if (fin && is_critical(id))  // RFC 9114 6.2.1, RFC 9204 4.2
        return connection_error(Code::ClosedCriticalStream, "a stream that must stay was ended");
    if (octets.empty()) return {};
    switch (stream.kind) {
        case Kind::Control:
            return control_reader.receive(octets, *this);
        case Kind::QpackEncoder:
            if (!decoder.on_encoder_stream(octets))
                return connection_error(Code::QpackEncoderStreamError,
                                        "malformed QPACK encoder stream");
            POTTLE_TRY(resume_blocked());
            take_decoder_output();
            return {};
        case Kind::QpackDecoder:
            return read_qpack_decoder_stream(octets);
        case Kind::Unknown:
        case Kind::Ignored:
            return {};
    }
    return {};
}

Result<> Session::Implementation::assign(StreamId id, UniStream& stream, std::uint64_t type) {
    using Kind = UniStream::Kind;
    StreamId* slot = nullptr;
    switch (type) {
        case kControlStream:
            stream.kind = Kind::Control;
            slot = &control_in;
            break;
        case kQpackEncoder:
            stream.kind = Kind::QpackEncoder;
            slot = &encoder_in;
            break;
        case kQpackDecoder:
            stream.kind = Kind::QpackDecoder;
            slot = &decoder_in;
            break;
        case kPushStream:
            return connection_error(Code::StreamCreationError, "only servers push");
        default:
            stream.kind = Kind::Ignored;  // RFC 9114 6.2: of a type that is not known here
            events.on_stream_error(id, Code::StreamCreationError);
            return {};
    }
    if (*slot >= 0)
        return connection_error(Code::StreamCreationError, "a second stream of the same type");
    *slot = id;
    return {};
}

/// We insert nothing into the peer's table, so all that can come is the cancellation of streams
/// (RFC 9204 4.4).
Result<> Session::Implementation::read_qpack_decoder_stream(std::string_view octets) {
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (decoder_prefix_open) {
            decoder_prefix_open = (octet & 0x80) != 0;
            continue;
        }
        if ((octet & 0xc0) != 0x40)
            return connection_error(Code::QpackDecoderStreamError,
                                    "acknowledges an insert that was not sent");
        decoder_prefix_open = (octet & 0x3f) == 0x3f;
    }
    return {};
}

Result<> Session::Implementation::resume_blocked() {
    for (std::size_t i = 0; i < blocked.size();) {
        RequestStream* stream = find(blocked[i]);
        if (stream && stream->section && stream->section->required_inserts() > decoder.inserts()) {
            ++i;
            continue;
        }
        blocked.erase(blocked.begin() + static_cast<std::ptrdiff_t>(i));
        if (!stream || stream->state != RequestStream::State::Blocked) continue;
        stream->state = stream->before_blocked;
        const std::string waiting = std::exchange(stream->waiting, {});
        const StreamId id = stream->id;
        const Result<std::size_t> credit = read(*stream, waiting, stream->waiting_fin);
        if (!credit) return fail(credit.error());
        events.on_credit(id, *credit);
    }
    return {};
}

Result<> Session::Implementation::on_priority_update(std::uint64_t id, std::string_view value) {
    // RFC 9218 7.2: request streams are the client's bidirectional ones.
    if ((id & 3) != 0)
        return connection_error(Code::IdError, "PRIORITY_UPDATE names no request stream");
    const auto stream_id = static_cast<StreamId>(id);
    const http::Priority priority = http::parse_priority(value);
    if (RequestStream* stream = find(stream_id)) {
        scheduler.set_priority(*stream, priority);
        return {};
    }
    if (stream_id < next_request) return {};  // done with
    const auto known = std::ranges::find(early_priorities, stream_id, &EarlyPriority::stream);
    if (known != early_priorities.end())
        known->priority = priority;
    else if (early_priorities.size() < limits.early_priorities)
        early_priorities.push_back({stream_id, priority});
    return {};
}

}  // namespace pottle::h3
