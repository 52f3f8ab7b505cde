// SPDX-License-Identifier: MIT
/// \file
/// The receiving half of a request stream: frames, field sections, the rules of a message
/// (RFC 9114 4.1).
#include "implementation.hpp"

#include <pottle/http/request_fields.hpp>

#include <algorithm>
#include <utility>

namespace pottle::h3 {

namespace {
constexpr Error kSectionTooLarge =
    Error::peer(Errc::HeadTooLarge, 431, "request header fields too large");
constexpr int kMalformed = 400;
}  // namespace

using State = RequestStream::State;

Result<std::size_t> Session::Implementation::receive_request(StreamId id, std::string_view octets,
                                                             bool fin) {
    RequestStream* stream = find(id);
    if (!stream) {
        if (id < next_request) return octets.size();  // over for us, not yet for the peer
        next_request = id + 4;
        if (goaway_from >= 0 && id >= goaway_from) {  // RFC 9114 5.2
            events.on_stream_error(id, Code::RequestRejected);
            return octets.size();
        }
        stream = requests.emplace(id, std::make_unique<RequestStream>(id)).first->second.get();
        control_reader.on_request();
    }
    if (stream->state == State::Blocked) {
        stream->waiting += octets;
        stream->waiting_fin |= fin;
        return 0;
    }
    Result<std::size_t> credit = read(*stream, octets, fin);
    take_decoder_output();
    return credit;
}

Result<std::size_t> Session::Implementation::read(RequestStream& stream, std::string_view input,
                                                  bool fin) {
    std::size_t credit = 0;
    while (!input.empty() && stream.state != State::Ended) {
        const std::size_t before = input.size();
        if (!stream.frames.in_payload()) {
            const bool complete = stream.frames.take_header(input);
            credit += before - input.size();
            if (!complete) break;
            POTTLE_TRY(begin_frame(stream));
            if (stream.frames.left() == 0) stream.frames.finish();
            continue;
        }
        switch (stream.frames.type()) {
            case Frame::Headers:
                POTTLE_TRY(read_headers(stream, input, fin));
                credit += before - input.size();
                if (stream.state == State::Blocked) {
                    stream.waiting = input;
                    stream.waiting_fin = fin;
                    return credit;
                }
                break;
            case Frame::Data:
                read_data(stream, stream.frames.take_payload(input), credit);
                break;
            default:
                stream.frames.take_payload(input);
                credit += before - input.size();
                break;
        }
        if (stream.frames.in_payload() && stream.frames.left() == 0) stream.frames.finish();
    }
    credit += input.size();  // behind the end, nobody reads
    if (fin && stream.state != State::Ended) POTTLE_TRY(finish_request(stream));
    return credit;
}

/// Which frames may come where (RFC 9114 4.1, 7.2).
Result<> Session::Implementation::begin_frame(RequestStream& stream) {
    const Frame type = stream.frames.type();
    switch (type) {
        case Frame::Data:
            if (stream.state != State::Body)
                return connection_error(Code::FrameUnexpected, "DATA outside of a message's body");
            return {};
        case Frame::Headers:
            if (stream.state == State::Trailers || stream.is_connect)
                return connection_error(Code::FrameUnexpected, "HEADERS behind the message's end");
            if (stream.frames.left() == 0)
                return connection_error(Code::QpackDecompressionFailed, "HEADERS are empty");
            stream.section = std::make_unique<FieldSection>(stream.id, limits.field_section);
            return {};
        case Frame::CancelPush:
        case Frame::Settings:
        case Frame::PushPromise:
        case Frame::GoAway:
        case Frame::MaxPushId:
        case Frame::PriorityUpdateRequest:
        case Frame::PriorityUpdatePush:
            return connection_error(Code::FrameUnexpected, "frame of another stream");
        default:
            if (is_http2_frame(type))
                return connection_error(Code::FrameUnexpected, "frame of HTTP/2");
            return {};  // RFC 9114 9: unknown frames are ignored
    }
}

Result<> Session::Implementation::read_headers(RequestStream& stream, std::string_view& input,
                                               bool fin) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(stream.frames.left(), input.size()));
    const bool last = size == stream.frames.left();
    std::string_view part = input.substr(0, size);
    const SectionDecoder::State state = decoder.decode(*stream.section, part, last);
    std::string_view taken = input.substr(0, size - part.size());
    input.remove_prefix(taken.size());
    stream.frames.take_payload(taken);
    switch (state) {
        case SectionDecoder::State::More:
            return {};
        case SectionDecoder::State::Complete:
            if (stream.frames.left() > 0) break;
            return finish_section(stream, fin && input.empty());
        case SectionDecoder::State::Blocked:
            if (blocked.size() >= limits.qpack_blocked_streams) break;  // RFC 9204 2.1.2
            stream.before_blocked = std::exchange(stream.state, State::Blocked);
            blocked.push_back(stream.id);
            return {};
        case SectionDecoder::State::Failed:
            break;
    }
    return connection_error(Code::QpackDecompressionFailed, "malformed QPACK field section");
}

Result<> Session::Implementation::finish_section(RequestStream& stream, bool end) {
    const std::unique_ptr<FieldSection> section = std::move(stream.section);
    fields.begin({.list_size = limits.field_section,
                  .fields = limits.fields,
                  .path = limits.path,
                  .extended_connect = limits.extended_connect});
    if (stream.state == State::Head) {
        for (std::size_t i = 0; i < section->size(); ++i)
            fields.add(section->name(i), section->value(i));
        if (section->too_large() && !fields.failed()) {
            stream.state = State::Ended;
            events.on_refused(stream.id, fields.method(), kSectionTooLarge);
        } else {
            finish_head(stream, end);
        }
        return {};
    }
    std::vector<http::Field> trailers;
    for (std::size_t i = 0; i < section->size(); ++i) {
        trailers.push_back({section->name(i), section->value(i)});
        if (http::check_trailer(section->name(i), section->value(i)) || section->too_large()) {
            give_up(stream, Code::MessageError);
            return {};
        }
    }
    stream.state = State::Trailers;
    events.on_trailers(stream.id, trailers);
    return {};
}

void Session::Implementation::finish_head(RequestStream& stream, bool end) {
    http::RequestParts parts;
    if (const Result<> judged = fields.conclude(parts); !judged) {
        // RFC 9114 4.1.2: a malformed request costs its stream.
        if (judged.error().status == kMalformed) return give_up(stream, Code::MessageError);
        stream.state = State::Ended;
        return events.on_refused(stream.id, fields.method(), judged.error());
    }
    stream.content_length = parts.content_length;
    if (end && stream.content_length.value_or(0) > 0) return give_up(stream, Code::MessageError);
    http::Priority priority = http::parse_priority(parts.priority);
    // RFC 9218 7: a frame that overtook the request says more than its field.
    const auto early = std::ranges::find(early_priorities, stream.id, &EarlyPriority::stream);
    if (early != early_priorities.end()) {
        priority = early->priority;
        early_priorities.erase(early);
    }
    scheduler.set_priority(stream, priority);
    stream.state = end ? State::Ended : State::Body;
    stream.is_connect = parts.method == Method::Connect;
    events.on_request(stream.id, parts, end);
}

void Session::Implementation::read_data(RequestStream& stream, std::string_view piece,
                                        std::size_t& credit) {
    stream.received += piece.size();
    if (stream.content_length && stream.received > *stream.content_length) {
        credit += piece.size();
        return give_up(stream, Code::MessageError);
    }
    events.on_body(stream.id, piece);
}

Result<> Session::Implementation::finish_request(RequestStream& stream) {
    // RFC 9114 7.1
    if (!stream.frames.between_frames())
        return connection_error(Code::FrameError, "a stream ends inside a frame");
    if (stream.state == State::Head) {  // RFC 9114 4.1
        give_up(stream, Code::RequestIncomplete);
        return {};
    }
    if (stream.content_length && stream.received != *stream.content_length) {
        give_up(stream, Code::MessageError);
        return {};
    }
    stream.state = State::Ended;
    events.on_end(stream.id);
    return {};
}

void Session::Implementation::give_up(RequestStream& stream, Code code) {
    forget_section(stream);
    stream.state = State::Ended;
    stream.out.stop();
    scheduler.remove(stream);
    events.on_stream_error(stream.id, code);
}

void Session::Implementation::forget_section(RequestStream& stream) {
    if (stream.section) {
        decoder.cancel(stream.id);  // RFC 9204 2.2.2.2
        stream.section.reset();
        take_decoder_output();
    }
    std::erase(blocked, stream.id);
    if (!stream.waiting.empty())
        events.on_credit(stream.id, std::exchange(stream.waiting, {}).size());
}

}  // namespace pottle::h3
