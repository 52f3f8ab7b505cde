// SPDX-License-Identifier: MIT
/// \file
/// Header blocks: requests, trailers, and blocks that are read only to keep the table in step
/// (RFC 9113 4.3: every block is decoded, wanted or not).
#include "frames.hpp"

#include <pottle/proto/h2/session.hpp>

namespace pottle::h2 {

namespace {
/// A decoded list this many times larger than its limit is an attack, not a large request.
constexpr std::uint64_t kBombFactor = 4;
}  // namespace

Session::Told Session::on_headers(const FrameHeader& frame, std::string_view payload,
                                  http::RequestParts& parts, std::string& out) {
    if (frame.stream % 2 == 0)  // RFC 9113 5.1.1, 6.2
        return connection_error(ErrorCode::ProtocolError, "HEADERS on a stream of no client", out);
    if (frame.has(flags::kPadded)) {
        if (payload.empty() || static_cast<unsigned char>(payload[0]) >= payload.size())
            return connection_error(ErrorCode::ProtocolError, "padding larger than its frame", out);
        payload.remove_suffix(static_cast<unsigned char>(payload[0]));
        payload.remove_prefix(1);
    }
    block_depends_on_itself_ = false;
    if (frame.has(flags::kPriority)) {
        if (payload.size() < 5)
            return connection_error(ErrorCode::FrameSizeError, "HEADERS of a wrong size", out);
        block_depends_on_itself_ = (read_u32(payload.data()) & kStreamIdMask) == frame.stream;
        payload.remove_prefix(5);  // RFC 9113 5.3.2: not used any more
    }
    block_ends_stream_ = frame.has(flags::kEndStream);
    continued_ = frame.stream;
    if (frame.has(flags::kEndHeaders)) return on_block(payload, parts, out);
    block_ = payload;
    continuations_ = 0;
    return std::nullopt;
}

Session::Told Session::on_continuation(const FrameHeader& frame, std::string_view payload,
                                       http::RequestParts& parts, std::string& out) {
    if (continued_ == 0)  // RFC 9113 6.10
        return connection_error(ErrorCode::ProtocolError, "CONTINUATION of nothing", out);
    if (++continuations_ > limits_.continuations ||
        block_.size() + payload.size() > limits_.header_list)
        return connection_error(ErrorCode::EnhanceYourCalm, "header block too large", out);
    block_ += payload;
    if (!frame.has(flags::kEndHeaders)) return std::nullopt;
    return on_block(block_, parts, out);
}

/// A complete header block of stream `continued_`.
Session::Told Session::on_block(std::string_view block, http::RequestParts& parts,
                                std::string& out) {
    const std::uint32_t id = continued_;
    Stream* stream = find(id);
    if (was_reset_by_us(id)) return skip_block(block, out);
    if (is_discarded(id)) {
        last_id_ = std::max(last_id_, id);
        return skip_block(block, out);
    }
    if (stream && !stream->was_reset) {
        if (stream->remote_closed)  // RFC 9113 5.1, half-closed (remote)
            return refuse_block(block, ErrorCode::StreamClosed, out);
        return on_trailers(*stream, block, out);
    }
    if (!is_idle(id)) {
        if (Told told = skip_block(block, out)) return told;
        // RFC 9113 5.1.1: an id that was passed over is closed, and was never used.
        if (stream || was_closed(id))
            return connection_error(ErrorCode::StreamClosed, "HEADERS on a closed stream", out);
        return connection_error(ErrorCode::ProtocolError, "stream ids must grow", out);
    }
    last_id_ = id;
    if (block_depends_on_itself_) return refuse_block(block, ErrorCode::ProtocolError, out);
    // RFC 9113 5.1.2
    if (streams_.size() - pushed_ >= limits_.streams)
        return refuse_block(block, ErrorCode::RefusedStream, out);
    return on_request(block, parts, out);
}

Session::Told Session::on_request(std::string_view block, http::RequestParts& parts,
                                  std::string& out) {
    const std::uint32_t id = continued_;
    http::RequestFields& request = scratch_.request;
    request.begin({.list_size = limits_.header_list,
                   .fields = limits_.fields,
                   .path = limits_.path,
                   .extended_connect = limits_.extended_connect});
    scratch_.arena.clear();
    decoder_.begin(block);
    std::uint64_t skipped = 0;
    for (;;) {
        http::Field field;
        std::size_t size = 0;
        const HpackDecoder::Step step = request.failed() ? decoder_.skip(size, scratch_.arena)
                                                         : decoder_.next(field, scratch_.arena);
        if (step == HpackDecoder::Step::End) break;
        if (step == HpackDecoder::Step::Failed) return bad_block(out);
        if (!request.failed()) {
            request.add(field.name, field.value);
            continue;
        }
        skipped += size;
        if (skipped > kBombFactor * limits_.header_list)
            return connection_error(ErrorCode::EnhanceYourCalm, "header list too large", out);
    }
    continued_ = 0;
    controls_.give_back(2);
    const Result<> concluded = request.conclude(parts);
    if (!concluded && concluded.error().status == 400)  // RFC 9113 8.1.1
        return stream_error(id, nullptr, ErrorCode::ProtocolError, out);
    if (concluded && block_ends_stream_ && parts.content_length.value_or(0) > 0)
        return stream_error(id, nullptr, ErrorCode::ProtocolError, out);

    Stream& stream = add_stream(id);
    stream.remote_closed = block_ends_stream_;
    stream.head_request = request.method() == Method::Head;
    Event event;
    event.stream = &stream;
    event.end = block_ends_stream_;
    if (!concluded) {
        event.kind = Event::Kind::Refused;
        event.error = concluded.error();
        return event;
    }
    if (parts.content_length) stream.expected = static_cast<std::int64_t>(*parts.content_length);
    if (!parts.priority.empty()) stream.priority = http::parse_priority(parts.priority);
    take_early_priority(stream);
    event.kind = Event::Kind::Head;
    return event;
}

/// A second block is the trailer section, and ends the stream (RFC 9113 8.1).
Session::Told Session::on_trailers(Stream& stream, std::string_view block, std::string& out) {
    if (!block_ends_stream_) return refuse_block(block, ErrorCode::ProtocolError, out);
    continued_ = 0;
    scratch_.arena.clear();
    scratch_.trailers.clear();
    decoder_.begin(block);
    bool malformed = false;
    std::uint64_t size = 0;
    for (;;) {
        http::Field field;
        const HpackDecoder::Step step = decoder_.next(field, scratch_.arena);
        if (step == HpackDecoder::Step::End) break;
        if (step == HpackDecoder::Step::Failed) return bad_block(out);
        size += field.name.size() + field.value.size() + DynamicTable::kEntryOverhead;
        if (size > limits_.header_list)
            return connection_error(ErrorCode::EnhanceYourCalm, "trailers too large", out);
        malformed |= http::check_trailer(field.name, field.value) != nullptr;
        scratch_.trailers.push_back(field);
    }
    if (malformed || scratch_.trailers.size() > limits_.fields)
        return stream_error(stream.id, &stream, ErrorCode::ProtocolError, out);
    content_stream_ = stream.id;
    Told told = finish_content(out);
    if (told && told->kind == Event::Kind::End) {
        told->kind = Event::Kind::Trailers;
        told->trailers = scratch_.trailers;
    }
    return told;
}

/// Reads a block that nobody wants.
Session::Told Session::skip_block(std::string_view block, std::string& out) {
    continued_ = 0;
    scratch_.arena.clear();
    decoder_.begin(block);
    std::uint64_t skipped = 0;
    for (;;) {
        std::size_t size = 0;
        const HpackDecoder::Step step = decoder_.skip(size, scratch_.arena);
        if (step == HpackDecoder::Step::End) return std::nullopt;
        if (step == HpackDecoder::Step::Failed) return bad_block(out);
        skipped += size;
        if (skipped > kBombFactor * limits_.header_list)
            return connection_error(ErrorCode::EnhanceYourCalm, "header list too large", out);
    }
}

Session::Told Session::refuse_block(std::string_view block, ErrorCode code, std::string& out) {
    const std::uint32_t id = continued_;
    if (Told told = skip_block(block, out)) return told;
    return stream_error(id, find(id), code, out);
}

Session::Told Session::bad_block(std::string& out) {
    continued_ = 0;
    return connection_error(ErrorCode::CompressionError, "header block cannot be decoded", out);
}

}  // namespace pottle::h2
