// SPDX-License-Identifier: MIT
/// \file
/// The receiving half of Session: frames, content, windows.
#include "frames.hpp"

#include <pottle/proto/h2/session.hpp>

#include <algorithm>

namespace pottle::h2 {

namespace {
constexpr std::size_t kKeptBlock = 1024;

Event event_of(Event::Kind kind, Stream& stream) noexcept {
    Event event;
    event.kind = kind;
    event.stream = &stream;
    return event;
}
}  // namespace

Event Session::next(std::string_view input, http::RequestParts& parts, std::string& out,
                    Moment now) {
    now_ = now;
    if (continued_ == 0 && block_.capacity() > kKeptBlock) block_ = std::string();
    std::size_t used = 0;
    const auto tell = [&used](Event event) {
        event.consumed += used;
        return event;
    };
    for (;;) {
        const std::string_view rest = input.substr(used);
        if (state_ == State::Failed) return tell(connection_error({}, {}, out));
        if (state_ == State::Preface) {
            const Event event = read_preface(rest, out);
            if (state_ != State::Settings) return tell(event);
            used += kPreface.size();
            continue;
        }
        if (state_ == State::Content) {
            const Event event = read_content(rest, out);
            if (event.kind != Event::Kind::NeedMore || state_ == State::Content) return tell(event);
            used += event.consumed;
            continue;
        }
        if (rest.size() < kFrameHeader) return tell({});
        const FrameHeader frame = FrameHeader::read(rest.data());
        if (frame.length > kFrameSize)  // RFC 9113 4.2
            return tell(connection_error(ErrorCode::FrameSizeError, "frame too large", out));
        if (state_ == State::Settings &&
            (frame.type != FrameType::Settings || frame.has(flags::kAck)))  // RFC 9113 3.4
            return tell(
                connection_error(ErrorCode::ProtocolError, "SETTINGS must come first", out));
        if (continued_ != 0 &&
            (frame.type != FrameType::Continuation || frame.stream != continued_))  // 6.10
            return tell(
                connection_error(ErrorCode::ProtocolError, "header block interrupted", out));

        Told told;
        std::size_t size = kFrameHeader;
        if (frame.type == FrameType::Data) {
            if (frame.has(flags::kPadded) && frame.length > 0 && rest.size() == kFrameHeader)
                return tell({});
            told = on_data(frame, rest.substr(kFrameHeader), size, out);
        } else {
            if (rest.size() < kFrameHeader + frame.length) return tell({});
            size += frame.length;
            told = on_frame(frame, rest.substr(kFrameHeader, frame.length), parts, out);
        }
        used += size;
        if (told) return tell(*told);
    }
}

Event Session::read_preface(std::string_view input, std::string& out) {
    const std::size_t size = std::min(input.size(), kPreface.size());
    if (input.substr(0, size) != kPreface.substr(0, size))
        return connection_error(ErrorCode::ProtocolError, "not an HTTP/2 connection preface", out);
    if (size == kPreface.size()) state_ = State::Settings;
    return {};
}

Session::Told Session::on_frame(const FrameHeader& frame, std::string_view payload,
                                http::RequestParts& parts, std::string& out) {
    switch (frame.type) {
        case FrameType::Headers:
            return on_headers(frame, payload, parts, out);
        case FrameType::Continuation:
            return on_continuation(frame, payload, parts, out);
        case FrameType::Settings:
            return on_settings(frame, payload, out);
        case FrameType::WindowUpdate:
            return on_window_update(frame, payload, out);
        case FrameType::RstStream:
            return on_rst_stream(frame, payload, out);
        case FrameType::Ping:
            return on_ping(frame, payload, out);
        case FrameType::Priority:
            return on_priority(frame, payload, out);
        case FrameType::PriorityUpdate:
            return on_priority_update(frame, payload, out);
        case FrameType::PushPromise:  // RFC 9113 8.4
            return connection_error(ErrorCode::ProtocolError, "a client cannot push", out);
        case FrameType::GoAway:
            if (frame.stream != 0)
                return connection_error(ErrorCode::ProtocolError, "GOAWAY on a stream", out);
            if (payload.size() < 8)
                return connection_error(ErrorCode::FrameSizeError, "GOAWAY of a wrong size", out);
            peer_allows_push_ = false;  // it takes no more streams of ours
            break;
        case FrameType::Data:
            break;
    }
    // GOAWAY, and frames of unknown type (RFC 9113 4.1).
    if (!spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many control frames", out);
    return std::nullopt;
}

// ---- content

/// The beginning of a DATA frame. `used`: what of the frame was taken.
Session::Told Session::on_data(const FrameHeader& frame, std::string_view rest, std::size_t& used,
                               std::string& out) {
    std::uint32_t padding = 0;
    std::uint32_t content = frame.length;
    if (frame.has(flags::kPadded)) {
        if (frame.length == 0 || static_cast<unsigned char>(rest[0]) >= frame.length)  // 6.1
            return connection_error(ErrorCode::ProtocolError, "padding larger than its frame", out);
        padding = static_cast<unsigned char>(rest[0]);
        content = frame.length - 1 - padding;
        ++used;
    }
    if (frame.stream == 0 || is_idle(frame.stream))  // RFC 9113 6.1, 5.1
        return connection_error(ErrorCode::ProtocolError, "DATA on an idle stream", out);
    if (frame.length > receive_window_)
        return connection_error(ErrorCode::FlowControlError, "more DATA than its window", out);
    receive_window_ -= frame.length;
    if (content > 0)
        controls_.give_back(2);
    else if (!frame.has(flags::kEndStream) && !spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many empty DATA frames", out);

    state_ = State::Content;
    content_left_ = content;
    content_padding_ = padding;
    content_ends_stream_ = frame.has(flags::kEndStream);
    content_stream_ = 0;  // nobody's, until it is known to be somebody's

    Stream* stream = find(frame.stream);
    Told told;
    if (was_reset_by_us(frame.stream) || is_discarded(frame.stream)) {
        // It may have been on its way (RFC 9113 5.4.2, 6.8).
    } else if (!stream || stream->remote_closed || stream->was_reset) {
        told = stream_error(frame.stream, stream, ErrorCode::StreamClosed, out);
    } else if (frame.length > stream->receive_window) {
        told = stream_error(frame.stream, stream, ErrorCode::FlowControlError, out);
    } else if (stream->expected >= 0 &&
               stream->received + content > static_cast<std::uint64_t>(stream->expected)) {
        told = stream_error(frame.stream, stream, ErrorCode::ProtocolError, out);  // 8.1.1
    } else {
        stream->receive_window -= frame.length;
        stream->received += content;
        if (probing_) probe_received_ += frame.length;
        content_stream_ = frame.stream;
        if (frame.length > content) consumed(*stream, frame.length - content, out);
        return std::nullopt;
    }
    return_connection_credit(frame.length, out);
    return told;
}

/// What is here of the DATA frame in progress.
Event Session::read_content(std::string_view input, std::string& out) {
    Event event;
    const std::size_t size = std::min<std::size_t>(input.size(), content_left_);
    content_left_ -= static_cast<std::uint32_t>(size);
    const std::size_t padding = std::min<std::size_t>(input.size() - size, content_padding_);
    content_padding_ -= static_cast<std::uint32_t>(padding);
    event.consumed = size + padding;
    const bool complete = content_left_ == 0 && content_padding_ == 0;
    if (complete) state_ = State::Frames;

    Stream* stream = content_stream_ == 0 ? nullptr : find(content_stream_);
    if (!stream || stream->was_reset) {
        // Reset while the frame was coming; else on_data() has returned its credit.
        if (content_stream_ != 0) return_connection_credit(size, out);
        if (complete) content_stream_ = 0;
        return event;
    }
    if (stream->released) {  // nobody reads it
        consumed(*stream, size, out);
        stream->discard -= std::min<std::uint64_t>(stream->discard, size);
        if (complete && content_ends_stream_) {
            if (const Told told = finish_content(out); told && told->kind == Event::Kind::Error)
                return *told;
        } else {
            (void)stop_request(*stream, out);
        }
        return event;
    }
    if (complete && content_ends_stream_) {
        Told told = finish_content(out);
        told->consumed = event.consumed;
        if (told->kind != Event::Kind::End) return_connection_credit(size, out);
        if (told->kind != Event::Kind::End || size == 0) return *told;
        event.end = true;
    }
    if (size == 0) return event;
    event.kind = Event::Kind::Data;
    event.stream = stream;
    event.data = input.substr(0, size);
    return event;
}

/// END_STREAM: the body is complete. Returns: End, Reset or an error; nothing when nobody waits.
Session::Told Session::finish_content(std::string& out) {
    Stream& stream = *find(content_stream_);
    if (stream.expected >= 0 && stream.received != static_cast<std::uint64_t>(stream.expected))
        return stream_error(stream.id, &stream, ErrorCode::ProtocolError, out);  // 8.1.1
    stream.remote_closed = true;
    if (!stream.released) return event_of(Event::Kind::End, stream);
    forget_if_over(stream);
    return std::nullopt;
}

bool Session::take_whole_body(Stream& stream, ByteCount limit, std::string_view& input,
                              std::string_view& body, std::string& out) {
    if (state_ != State::Frames || input.size() < kFrameHeader) return false;
    const FrameHeader frame = FrameHeader::read(input.data());
    if (frame.type != FrameType::Data || frame.stream != stream.id || frame.length == 0 ||
        frame.flag_bits != flags::kEndStream || frame.length > kFrameSize ||
        frame.length > input.size() - kFrameHeader || frame.length > receive_window_ ||
        frame.length > stream.receive_window || (limit > 0 && frame.length > limit))
        return false;
    if (stream.expected >= 0 && static_cast<std::uint64_t>(stream.expected) != frame.length)
        return false;
    body = input.substr(kFrameHeader, frame.length);
    input.remove_prefix(kFrameHeader + frame.length);
    stream.received = frame.length;
    stream.remote_closed = true;
    receive_window_ -= frame.length;
    return_connection_credit(frame.length, out);  // used at once
    return true;
}

// ---- windows

void Session::return_connection_credit(std::uint64_t count, std::string& out) {
    unreturned_ += static_cast<std::uint32_t>(count);
    if (unreturned_ < connection_target_ / 2) return;
    append_window_update(out, 0, unreturned_);
    receive_window_ += unreturned_;
    unreturned_ = 0;
}

void Session::consumed(Stream& stream, std::size_t count, std::string& out) {
    return_connection_credit(count, out);
    if (stream.remote_closed || stream.was_reset) return;
    stream.unreturned += static_cast<std::uint32_t>(count);
    if (stream.unreturned < stream.window_target / 2) return;
    const std::uint32_t growth = stream_target_ - stream.window_target;
    stream.window_target = stream_target_;
    const std::uint32_t credit = stream.unreturned + growth;
    stream.unreturned = 0;
    stream.receive_window += credit;
    append_window_update(out, stream.id, credit);
    begin_window_probe(out);
}

Session::Told Session::on_window_update(const FrameHeader& frame, std::string_view payload,
                                        std::string& out) {
    if (payload.size() != 4)
        return connection_error(ErrorCode::FrameSizeError, "WINDOW_UPDATE of a wrong size", out);
    if (!spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many control frames", out);
    const std::uint32_t increment = read_u32(payload.data()) & kStreamIdMask;
    if (frame.stream == 0) {
        if (increment == 0)
            return connection_error(ErrorCode::ProtocolError, "window increment of zero", out);
        send_window_ += increment;
        if (send_window_ > kLargestWindow)  // RFC 9113 6.9.1
            return connection_error(ErrorCode::FlowControlError, "window too large", out);
        return std::nullopt;
    }
    if (is_idle(frame.stream))
        return connection_error(ErrorCode::ProtocolError, "WINDOW_UPDATE on an idle stream", out);
    Stream* stream = find(frame.stream);
    if (!stream || stream->was_reset) return std::nullopt;
    if (increment == 0) return stream_error(frame.stream, stream, ErrorCode::ProtocolError, out);
    stream->send_window += increment;
    if (stream->send_window > kLargestWindow)
        return stream_error(frame.stream, stream, ErrorCode::FlowControlError, out);
    update_order(*stream);
    return std::nullopt;
}

Session::Told Session::on_rst_stream(const FrameHeader& frame, std::string_view payload,
                                     std::string& out) {
    if (payload.size() != 4)
        return connection_error(ErrorCode::FrameSizeError, "RST_STREAM of a wrong size", out);
    if (frame.stream == 0 || is_idle(frame.stream))
        return connection_error(ErrorCode::ProtocolError, "RST_STREAM on an idle stream", out);
    if (!resets_.spend(now_))  // CVE-2023-44487
        return connection_error(ErrorCode::EnhanceYourCalm, "too many streams reset", out);
    std::erase(recent_, frame.stream);  // nothing of it can be on its way any more
    Stream* stream = find(frame.stream);
    if (!stream || stream->was_reset) return std::nullopt;
    stream->was_reset = true;
    drop_queue(*stream);
    if (stream->released) {
        forget_if_over(*stream);
        return std::nullopt;
    }
    Event event = event_of(Event::Kind::Reset, *stream);
    event.code = static_cast<ErrorCode>(read_u32(payload.data()));
    return event;
}

}  // namespace pottle::h2
