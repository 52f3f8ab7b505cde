// SPDX-License-Identifier: MIT
/// \file
/// The sending half of Session: heads, content by priority and window, pushes.
#include "frames.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/proto/h2/session.hpp>

#include <algorithm>
#include <utility>

namespace pottle::h2 {

namespace {

/// Fields that HTTP/2 has no place for (RFC 9113 8.2.2), and Content-Length, which stands in the
/// AnswerHead. Their length tells nearly all others apart.
bool is_left_out(std::string_view name) noexcept {
    switch (name.size()) {
        case 7:
        case 10:
        case 16:
        case 17:
            return http::is_connection_field(ascii::lower(name));
        case 14:
            return ascii::iequals(name, "content-length");
        default:
            return false;
    }
}

std::size_t bound_of(const Headers* headers) noexcept {
    std::size_t bound = 0;
    if (headers != nullptr)
        for (const Headers::Entry& entry : *headers)
            bound += HpackEncoder::bound(entry.name, entry.value);
    return bound;
}

char* put_headers(HpackEncoder& encoder, char* at, const Headers* headers) {
    if (headers != nullptr)
        for (const Headers::Entry& entry : *headers)
            if (!is_left_out(entry.name)) at = encoder.put(at, entry.name, entry.value);
    return at;
}

/// A block that is larger than a frame goes on in CONTINUATION frames.
void split_block(std::string& out, std::size_t begin) {
    const std::string frame = out.substr(begin);
    const FrameHeader header = FrameHeader::read(frame.data());
    out.resize(begin);
    std::string_view rest = std::string_view(frame).substr(kFrameHeader);
    FrameType type = header.type;
    while (true) {
        const std::string_view part = rest.substr(0, kFrameSize);
        rest.remove_prefix(part.size());
        std::uint8_t flag_bits = rest.empty() ? flags::kEndHeaders : std::uint8_t{0};
        if (type != FrameType::Continuation) flag_bits |= header.flag_bits & flags::kEndStream;
        append_bounded(out, kFrameHeader + part.size(), [&](char* at) noexcept {
            at = put_frame_header(at, part.size(), type, flag_bits, header.stream);
            std::memcpy(at, part.data(), part.size());
            return at + part.size();
        });
        type = FrameType::Continuation;
        if (rest.empty()) return;
    }
}

/// Appends one header block as frames. `put_block(at)` writes `bound` octets at most.
template <class PutBlock>
void append_block(std::string& out, FrameType type, EndStream end, std::uint32_t stream,
                  std::size_t bound, PutBlock put_block) {
    const std::size_t begin = out.size();
    append_bounded(out, kFrameHeader + bound, [&](char* at) {
        char* block_end = put_block(at + kFrameHeader);
        const auto length = static_cast<std::size_t>(block_end - at) - kFrameHeader;
        std::uint8_t flag_bits = flags::kEndHeaders;
        if (end == EndStream::Yes) flag_bits |= flags::kEndStream;
        put_frame_header(at, length, type, flag_bits, stream);
        return block_end;
    });
    if (out.size() - begin > kFrameHeader + kFrameSize) split_block(out, begin);
}

char* put_data_frame(char* at, std::uint32_t stream, std::string_view data, bool end) noexcept {
    at = put_frame_header(at, data.size(), FrameType::Data, end ? flags::kEndStream : 0, stream);
    if (!data.empty()) std::memcpy(at, data.data(), data.size());
    return at + data.size();
}

}  // namespace

// ---- heads

void Session::send_informational(Stream& stream, int status, const Headers& headers,
                                 std::string& out) {
    if (stream.was_reset || stream.head_sent) return;
    append_block(out, FrameType::Headers, EndStream::No, stream.id,
                 HpackEncoder::kBeginBound + 5 + bound_of(&headers), [&](char* at) {
                     at = encoder_.put_status(encoder_.begin(at), status);
                     return put_headers(encoder_, at, &headers);
                 });
}

void Session::send_head(Stream& stream, const AnswerHead& head, EndStream end, std::string& out) {
    POTTLE_REQUIRE(!stream.head_sent, "the response's head is sent once");
    stream.head_sent = true;
    if (stream.was_reset) return;
    std::size_t bound = HpackEncoder::kBeginBound + 5 + 24 + bound_of(head.headers);
    bound += HpackEncoder::bound("content-type", head.content_type);
    for (const http::Field& field : head.preset)
        bound += HpackEncoder::bound(field.name, field.value);
    append_block(out, FrameType::Headers, end, stream.id, bound, [&](char* at) {
        at = encoder_.put_status(encoder_.begin(at), head.status);
        const bool has_fields = head.headers != nullptr && !head.headers->empty();
        for (const http::Field& field : head.preset)
            if (!has_fields || !head.headers->contains(field.name))
                at = encoder_.put(at, field.name, field.value);
        if (!head.content_type.empty()) at = encoder_.put(at, "content-type", head.content_type);
        if (head.content_length) at = encoder_.put_content_length(at, *head.content_length);
        return has_fields ? put_headers(encoder_, at, head.headers) : at;
    });
    if (end == EndStream::Yes) close_local(stream, out);
}

void Session::send_trailers(Stream& stream, const Headers& trailers, std::string& out) {
    if (stream.was_reset || stream.local_closed) return;
    stream.trailers = std::make_unique<Headers>(trailers);
    stream.end_queued = true;
    update_order(stream);
    if (stream.queue.empty()) write_data(stream, out);
}

Stream* Session::push(Stream& parent, std::string_view path, std::string_view authority,
                      std::string_view scheme, const Headers& headers, std::string& out) {
    if (!limits_.push || !peer_allows_push_ || refuses_new_ || failed()) return nullptr;
    if (parent.id % 2 == 0 || parent.was_reset || parent.local_closed) return nullptr;
    if (pushed_ >= std::min(peer_streams_, limits_.streams) || next_push_ > kStreamIdMask - 2)
        return nullptr;
    const std::uint32_t id = std::exchange(next_push_, next_push_ + 2);
    const std::size_t bound =
        4 + HpackEncoder::kBeginBound + HpackEncoder::bound(":method", "GET") +
        HpackEncoder::bound(":path", path) + HpackEncoder::bound(":authority", authority) +
        HpackEncoder::bound(":scheme", scheme) + bound_of(&headers);
    append_block(out, FrameType::PushPromise, EndStream::No, parent.id, bound, [&](char* at) {
        at = encoder_.begin(put_u32(at, id));
        at = encoder_.put(at, ":method", "GET");
        at = encoder_.put(at, ":scheme", scheme);
        at = encoder_.put(at, ":authority", authority);
        at = encoder_.put(at, ":path", path);
        return put_headers(encoder_, at, &headers);
    });
    Stream& stream = add_stream(id);
    ++pushed_;
    stream.remote_closed = true;
    return &stream;
}

// ---- content

void Session::send_data(Stream& stream, std::string&& data, EndStream end, bool direct,
                        std::string& out) {
    POTTLE_REQUIRE(stream.head_sent && !stream.end_queued, "content without a head in front of it");
    if (stream.was_reset || stream.local_closed) return;
    const auto size = static_cast<std::int64_t>(data.size());
    direct = direct && stream.queue.empty() && order_.empty() && size <= stream.send_window &&
             size <= send_window_ && data.size() <= kFrameSize;
    if (!direct) {
        queued_ += data.size();
        stream.queue.push(std::move(data));
        stream.end_queued = end == EndStream::Yes;
        return update_order(stream);
    }
    stream.send_window -= size;
    send_window_ -= size;
    controls_.give_back(2);
    append_bounded(out, kFrameHeader + data.size(), [&](char* at) noexcept {
        return put_data_frame(at, stream.id, data, end == EndStream::Yes);
    });
    if (end == EndStream::Yes) close_local(stream, out);
}

bool Session::can_flush() const noexcept {
    return !order_.empty() && (send_window_ > 0 || order_.first().queue.empty());
}

void Session::flush(std::string& out, std::size_t limit) {
    while (can_flush() && out.size() < limit) write_data(order_.first(), out);
}

/// One DATA frame of a stream, and what ends it. The stream may be gone afterwards.
void Session::write_data(Stream& stream, std::string& out) {
    const std::int64_t window = std::min(stream.send_window, send_window_);
    const auto size = static_cast<std::size_t>(std::clamp<std::int64_t>(
        window, 0,
        std::min<std::int64_t>(kFrameSize, static_cast<std::int64_t>(stream.queue.size()))));
    const bool ends = stream.end_queued && size == stream.queue.size();
    if (size > 0 || (ends && !stream.trailers)) {
        append_bounded(out, kFrameHeader + size, [&](char* at) noexcept {
            const bool flag = ends && !stream.trailers;
            at = put_frame_header(at, size, FrameType::Data, flag ? flags::kEndStream : 0,
                                  stream.id);
            if (size > 0) stream.queue.take(at, size);
            return at + size;
        });
        queued_ -= size;
        stream.progress += static_cast<std::uint32_t>(size);
        stream.send_window -= static_cast<std::int64_t>(size);
        send_window_ -= static_cast<std::int64_t>(size);
        controls_.give_back(2);
    }
    if (stream.owner != nullptr) stream.owner->on_sent(stream.queue.size());
    if (!ends) {
        update_order(stream);
        if (stream.listed) order_.rotate(stream);
        return;
    }
    order_.remove(stream);
    if (stream.trailers) {
        append_block(out, FrameType::Headers, EndStream::Yes, stream.id,
                     HpackEncoder::kBeginBound + bound_of(stream.trailers.get()), [&](char* at) {
                         return put_headers(encoder_, encoder_.begin(at), stream.trailers.get());
                     });
        stream.trailers.reset();
    }
    close_local(stream, out);
}

/// END_STREAM was written.
void Session::close_local(Stream& stream, std::string& out) {
    stream.local_closed = true;
    if (stream.released && !stop_request(stream, out)) forget_if_over(stream);
}

/// A stream that was reset sends nothing more.
void Session::drop_queue(Stream& stream) noexcept {
    queued_ -= stream.queue.size();
    stream.queue.clear();
    stream.trailers.reset();
    order_.remove(stream);
}

void Session::update_order(Stream& stream) {
    const bool can_send = !stream.was_reset && !stream.local_closed && stream.head_sent &&
                          (stream.queue.empty() ? stream.end_queued : stream.send_window > 0);
    can_send ? order_.add(stream) : order_.remove(stream);
}

}  // namespace pottle::h2
