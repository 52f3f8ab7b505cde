// SPDX-License-Identifier: MIT
/// \file
/// The sending half of Session: our own streams, responses, what goes next.
#include "field_encoder.hpp"
#include "implementation.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/http/request_fields.hpp>

#include <algorithm>
#include <utility>

namespace pottle::h3 {

namespace {

/// RFC 9114 7.2.4.1, RFC 9204 5, RFC 9220 5.
enum Setting : std::uint64_t {
    kQpackMaxTableCapacity = 0x01,
    kMaxFieldSectionSize = 0x06,
    kQpackBlockedStreams = 0x07,
    kEnableConnectProtocol = 0x08,
};

/// A stream id that no client reaches (RFC 9114 5.2).
constexpr std::uint64_t kLastRequest = kMaxVarint - 3;

void append_frame(std::string& out, Frame type, std::string_view payload) {
    append_varint(out, static_cast<std::uint64_t>(type));
    append_varint(out, payload.size());
    out += payload;
}

std::string goaway(std::uint64_t id) {
    std::string payload;
    append_varint(payload, id);
    std::string frame;
    append_frame(frame, Frame::GoAway, payload);
    return frame;
}

bool has(const Headers* headers, std::string_view name) noexcept {
    return headers && headers->contains(name);
}

/// Whether a field goes over HTTP/3 as it is (RFC 9114 4.2).
bool is_sent(std::string_view name) noexcept {
    if (name.size() > 17) return true;
    char lower[17];
    for (std::size_t i = 0; i < name.size(); ++i) lower[i] = ascii::to_lower(name[i]);
    const std::string_view text(lower, name.size());
    return !http::is_connection_field(text) && text != "content-length";
}

void put_headers(FieldEncoder& encoder, const Headers* headers) {
    if (!headers) return;
    for (const Headers::Entry& entry : *headers)
        if (is_sent(entry.name)) encoder.put(entry.name, entry.value);
}

/// The preset's lines that the headers do not replace.
void put_preset(FieldEncoder& encoder, std::string_view preset, const Headers* headers) {
    while (!preset.empty()) {
        const std::string_view line = preset.substr(0, preset.find("\r\n"));
        preset.remove_prefix(std::min(preset.size(), line.size() + 2));
        const std::size_t colon = line.find(": ");
        if (colon == line.npos || has(headers, line.substr(0, colon))) continue;
        encoder.put(line.substr(0, colon), line.substr(colon + 2));
    }
}

}  // namespace

void Session::open(StreamId control, StreamId decoder) {
    Implementation& self = *self_;
    self.control_out.id = control;
    self.decoder_out.id = decoder;
    std::string settings;
    const auto put = [&](Setting id, std::uint64_t value) {
        append_varint(settings, id);
        append_varint(settings, value);
    };
    put(kQpackMaxTableCapacity, self.limits.qpack_table);
    put(kMaxFieldSectionSize, self.limits.field_section);
    put(kQpackBlockedStreams, self.limits.qpack_blocked_streams);
    if (self.limits.extended_connect) put(kEnableConnectProtocol, 1);
    std::string octets(1, '\x00');  // the stream's type: control
    append_frame(octets, Frame::Settings, settings);
    self.control_out.out.append(std::move(octets));
    self.decoder_out.out.append(std::string(1, '\x03'));  // QPACK decoder
}

void Session::announce_shutdown() {
    self_->control_out.out.append(goaway(kLastRequest));
}

void Session::finish_shutdown() {
    Implementation& self = *self_;
    if (self.goaway_from >= 0) return;
    self.goaway_from = self.next_request;
    self.control_out.out.append(goaway(static_cast<std::uint64_t>(self.goaway_from)));
}

void Session::Implementation::take_decoder_output() {
    if (decoder_out.id < 0) return;
    scratch.clear();
    decoder.take_output(scratch);
    decoder_out.out.append_copy(scratch);
}

// ---- responses

RequestStream* Session::Implementation::find(StreamId id) noexcept {
    const auto found = requests.find(id);
    return found == requests.end() ? nullptr : found->second.get();
}

void Session::Implementation::put_frame(RequestStream& stream, Frame type,
                                        std::string_view payload) {
    std::string header;
    append_varint(header, static_cast<std::uint64_t>(type));
    append_varint(header, payload.size());
    stream.out.append_copy(header);
    stream.out.append_copy(payload);
}

void Session::Implementation::schedule(RequestStream& stream) noexcept {
    count(stream);
    if (stream.out.pending() && !stream.flow_blocked)
        scheduler.add(stream);
    else
        scheduler.remove(stream);
}

void Session::send_informational(StreamId id, int status, const Headers& headers) {
    RequestStream* stream = self_->find(id);
    if (!stream || stream->out.ended()) return;
    std::string& section = self_->scratch;
    section.clear();
    FieldEncoder encoder(section);
    encoder.put_status(status);
    put_headers(encoder, &headers);
    self_->put_frame(*stream, Frame::Headers, section);
    self_->schedule(*stream);
}

void Session::send_head(StreamId id, const ResponseHead& head, EndStream end) {
    RequestStream* stream = self_->find(id);
    if (!stream || stream->out.ended()) return;
    std::string& section = self_->scratch;
    section.clear();
    FieldEncoder encoder(section);
    encoder.put_status(head.status);
    if (!head.content_type.empty() && !has(head.headers, "content-type"))
        encoder.put("content-type", head.content_type);
    if (head.length) encoder.put_content_length(*head.length);
    put_headers(encoder, head.headers);
    put_preset(encoder, head.preset, head.headers);
    self_->put_frame(*stream, Frame::Headers, section);
    // RFC 9218 8: the application knows better than the client.
    if (head.headers)
        if (const auto priority = head.headers->find("priority"))
            self_->scheduler.set_priority(*stream, http::parse_priority(*priority));
    if (end == EndStream::Yes) stream->out.end();
    self_->schedule(*stream);
}

void Session::send_body(StreamId id, std::string octets, EndStream end) {
    RequestStream* stream = self_->find(id);
    if (!stream || stream->out.ended()) return;
    if (!octets.empty()) {
        std::string header;
        append_varint(header, static_cast<std::uint64_t>(Frame::Data));
        append_varint(header, octets.size());
        stream->out.append_copy(header);
        stream->out.append(std::move(octets));
    }
    if (end == EndStream::Yes) stream->out.end();
    self_->schedule(*stream);
}

void Session::send_end(StreamId id, const Headers& trailers) {
    RequestStream* stream = self_->find(id);
    if (!stream || stream->out.ended()) return;
    if (!trailers.empty()) {
        std::string& section = self_->scratch;
        section.clear();
        FieldEncoder encoder(section);
        for (const Headers::Entry& entry : trailers)
            if (!http::is_forbidden_trailer(entry.name)) encoder.put(entry.name, entry.value);
        self_->put_frame(*stream, Frame::Headers, section);
    }
    stream->out.end();
    self_->schedule(*stream);
}

std::size_t Session::queued(StreamId id) const noexcept {
    const RequestStream* stream = self_->find(id);
    return stream ? stream->out.unsent() : 0;
}

std::size_t Session::queued() const noexcept {
    return self_->queued;
}

void Session::stop_output(StreamId id) noexcept {
    if (Implementation::OwnStream* own = self_->find_own(id)) return own->out.stop();
    RequestStream* stream = self_->find(id);
    if (!stream) return;
    stream->out.stop();
    self_->count(*stream);
    self_->scheduler.remove(*stream);
}

// ---- output

Session::Implementation::OwnStream* Session::Implementation::find_own(StreamId id) noexcept {
    if (id == control_out.id) return &control_out;
    if (id == decoder_out.id) return &decoder_out;
    return nullptr;
}

bool Session::next_output(Output& output) noexcept {
    for (Implementation::OwnStream* own : {&self_->control_out, &self_->decoder_out}) {
        if (own->id < 0 || own->flow_blocked || !own->out.pending()) continue;
        output.stream = own->id;
        output.count = own->out.peek(output.pieces, output.fin);
        return true;
    }
    RequestStream* stream = self_->scheduler.first();
    if (!stream) return false;
    output.stream = stream->id;
    output.count = stream->out.peek(output.pieces, output.fin);
    return true;
}

void Session::on_written(StreamId id, std::size_t count, bool fin) noexcept {
    self_->unacknowledged += count;
    if (Implementation::OwnStream* own = self_->find_own(id))
        return own->out.on_written(count, fin);
    RequestStream* stream = self_->find(id);
    if (!stream) return;
    stream->out.on_written(count, fin);
    self_->count(*stream);
    if (stream->out.pending())
        self_->scheduler.rotate(*stream);
    else
        self_->scheduler.remove(*stream);
}

void Session::on_blocked(StreamId id) noexcept {
    if (Implementation::OwnStream* own = self_->find_own(id)) {
        own->flow_blocked = true;
    } else if (RequestStream* stream = self_->find(id)) {
        stream->flow_blocked = true;
        self_->scheduler.remove(*stream);
    }
}

void Session::on_writable(StreamId id) noexcept {
    if (Implementation::OwnStream* own = self_->find_own(id)) {
        own->flow_blocked = false;
    } else if (RequestStream* stream = self_->find(id)) {
        stream->flow_blocked = false;
        self_->schedule(*stream);
    }
}

void Session::on_acknowledged(StreamId id, std::uint64_t count) noexcept {
    SendQueue* queue = nullptr;
    if (Implementation::OwnStream* own = self_->find_own(id))
        queue = &own->out;
    else if (RequestStream* stream = self_->find(id))
        queue = &stream->out;
    if (!queue) return;
    const std::size_t before = queue->unacknowledged();
    queue->on_acknowledged(static_cast<std::size_t>(count));
    self_->unacknowledged -= before - queue->unacknowledged();
}

std::size_t Session::unacknowledged() const noexcept {
    return self_->unacknowledged;
}

}  // namespace pottle::h3
