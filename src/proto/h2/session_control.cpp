// SPDX-License-Identifier: MIT
/// \file
/// What concerns a connection as a whole: SETTINGS, PING, priorities, the growth of windows.
#include "frames.hpp"

#include <pottle/crypto/base64.hpp>
#include <pottle/proto/h2/session.hpp>

#include <algorithm>

namespace pottle::h2 {

namespace {
constexpr std::string_view kProbe = "pottle w";  // 8 octets of our own PING
}

void Session::start(std::string& out) {
    const auto put_setting = [](char* at, Setting setting, std::uint32_t value) {
        return put_u32(put_u16(at, static_cast<std::uint16_t>(setting)), value);
    };
    append_bounded(out, kFrameHeader + 5 * 6 + kFrameHeader + 4, [&](char* begin) noexcept {
        char* at = begin + kFrameHeader;
        at = put_setting(at, Setting::MaxConcurrentStreams, limits_.streams);
        at = put_setting(at, Setting::InitialWindowSize, stream_target_);
        at = put_setting(at, Setting::MaxHeaderListSize, limits_.header_list);
        at = put_setting(at, Setting::NoRfc7540Priorities, 1);
        if (limits_.extended_connect) at = put_setting(at, Setting::EnableConnectProtocol, 1);
        put_frame_header(begin, static_cast<std::size_t>(at - begin) - kFrameHeader,
                         FrameType::Settings, 0, 0);
        return at;
    });
    receive_window_ = connection_target_;
    // A connection's window is not among the settings (RFC 9113 6.9.2).
    if (connection_target_ > kDefaultWindow)
        append_window_update(out, 0, connection_target_ - kDefaultWindow);
}

Session::Told Session::on_settings(const FrameHeader& frame, std::string_view payload,
                                   std::string& out) {
    if (frame.stream != 0)  // RFC 9113 6.5
        return connection_error(ErrorCode::ProtocolError, "SETTINGS on a stream", out);
    if (payload.size() % 6 != 0 || (frame.has(flags::kAck) && !payload.empty()))
        return connection_error(ErrorCode::FrameSizeError, "SETTINGS of a wrong size", out);
    if (!spend_control() || payload.size() / 6 > limits_.settings)
        return connection_error(ErrorCode::EnhanceYourCalm, "too many SETTINGS", out);
    if (frame.has(flags::kAck)) {
        settled_ = true;
        return std::nullopt;
    }
    ErrorCode code{};
    if (!apply_settings(payload, code)) return connection_error(code, "SETTINGS out of range", out);
    append_bounded(out, kFrameHeader, [](char* at) noexcept {
        return put_frame_header(at, 0, FrameType::Settings, flags::kAck, 0);
    });
    if (state_ == State::Settings) state_ = State::Frames;
    return std::nullopt;
}

bool Session::apply_settings(std::string_view payload, ErrorCode& code) {
    for (; !payload.empty(); payload.remove_prefix(6))
        if (!apply_setting(read_u16(payload.data()), read_u32(payload.data() + 2), code))
            return false;
    return true;
}

/// RFC 9113 6.5.2. Returns: false with the error for a value that must not be.
bool Session::apply_setting(std::uint16_t id, std::uint32_t value, ErrorCode& code) {
    code = ErrorCode::ProtocolError;
    switch (static_cast<Setting>(id)) {
        case Setting::HeaderTableSize:
            encoder_.set_peer_capacity(value);
            return true;
        case Setting::EnablePush:
            peer_allows_push_ = value == 1;
            return value <= 1;
        case Setting::MaxConcurrentStreams:
            peer_streams_ = value;
            return true;
        case Setting::InitialWindowSize:
            code = ErrorCode::FlowControlError;
            return value <= kLargestWindow && change_initial_window(value);
        case Setting::MaxFrameSize:
            return value >= kFrameSize && value <= 0xffffff;  // larger ones are not made use of
        case Setting::EnableConnectProtocol:
        case Setting::NoRfc7540Priorities:
            return value <= 1;
        case Setting::MaxHeaderListSize:
            break;  // advisory
    }
    return true;
}

/// RFC 9113 6.9.2: windows of streams change by the difference, and may become negative.
bool Session::change_initial_window(std::uint32_t value) {
    const std::int64_t difference = static_cast<std::int64_t>(value) - peer_window_;
    peer_window_ = value;
    for (Stream* stream : streams_) {
        stream->send_window += difference;
        if (stream->send_window > kLargestWindow) return false;
        update_order(*stream);
    }
    return true;
}

Stream* Session::adopt_upgrade(std::string_view http2_settings, bool head_request) {
    const std::optional<std::string> settings = crypto::decode_base64url(http2_settings);
    if (!settings || settings->size() % 6 != 0 || settings->size() / 6 > limits_.settings)
        return nullptr;
    ErrorCode code{};
    if (!apply_settings(*settings, code)) return nullptr;
    last_id_ = 1;
    Stream& stream = add_stream(1);
    stream.remote_closed = true;
    stream.head_request = head_request;
    return &stream;
}

Session::Told Session::on_ping(const FrameHeader& frame, std::string_view payload,
                               std::string& out) {
    if (frame.stream != 0)  // RFC 9113 6.7
        return connection_error(ErrorCode::ProtocolError, "PING on a stream", out);
    if (payload.size() != 8)
        return connection_error(ErrorCode::FrameSizeError, "PING of a wrong size", out);
    if (frame.has(flags::kAck) && probing_ && payload == kProbe) {
        end_window_probe();
        return std::nullopt;
    }
    if (!spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many control frames", out);
    if (!frame.has(flags::kAck)) append_ping(out, payload, flags::kAck);
    return std::nullopt;
}

// ---- windows that grow

/// A body filled half of its window and was read: measures what arrives within a round trip.
void Session::begin_window_probe(std::string& out) {
    if (probing_ || stream_target_ >= limits_.largest_window) return;
    probing_ = true;
    probe_received_ = 0;
    append_ping(out, kProbe, 0);
}

/// Two thirds of a window within one round trip: the window, not the path, is the limit.
void Session::end_window_probe() {
    probing_ = false;
    if (probe_received_ < stream_target_ / 3 * 2) return;
    stream_target_ = std::min(stream_target_ * 2, limits_.largest_window);
    // One body alone must be able to fill its window.
    if (connection_target_ >= stream_target_) return;
    unreturned_ += stream_target_ - connection_target_;
    connection_target_ = stream_target_;
}

// ---- priorities

Session::Told Session::on_priority(const FrameHeader& frame, std::string_view payload,
                                   std::string& out) {
    if (frame.stream == 0)
        return connection_error(ErrorCode::ProtocolError, "PRIORITY without a stream", out);
    if (!spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many control frames", out);
    // RFC 9113 6.3: obsolete, but of a fixed size; on an idle stream there is nothing to reset.
    Stream* stream = find(frame.stream);
    if (payload.size() != 5) {
        if (!stream)
            return connection_error(ErrorCode::FrameSizeError, "PRIORITY of a wrong size", out);
        return stream_error(frame.stream, stream, ErrorCode::FrameSizeError, out);
    }
    if ((read_u32(payload.data()) & kStreamIdMask) != frame.stream) return std::nullopt;
    if (!stream)
        return connection_error(ErrorCode::ProtocolError, "a stream depends on itself", out);
    return stream_error(frame.stream, stream, ErrorCode::ProtocolError, out);
}

Session::Told Session::on_priority_update(const FrameHeader& frame, std::string_view payload,
                                          std::string& out) {
    if (frame.stream != 0 || payload.size() < 4)  // RFC 9218 7.1
        return connection_error(ErrorCode::ProtocolError, "malformed PRIORITY_UPDATE", out);
    if (!spend_control())
        return connection_error(ErrorCode::EnhanceYourCalm, "too many control frames", out);
    const std::uint32_t id = read_u32(payload.data()) & kStreamIdMask;
    if (id == 0 || (id % 2 == 0 && is_idle(id)))
        return connection_error(ErrorCode::ProtocolError, "malformed PRIORITY_UPDATE", out);
    const http::Priority priority = http::parse_priority(payload.substr(4));
    if (Stream* stream = find(id)) {
        set_priority(*stream, priority);
    } else if (is_idle(id)) {
        std::erase_if(early_priorities_, [id](const auto& each) { return each.first == id; });
        if (early_priorities_.size() < limits_.early_priorities)
            early_priorities_.emplace_back(id, priority);
    }
    return std::nullopt;
}

void Session::set_priority(Stream& stream, http::Priority priority) {
    order_.remove(stream);
    stream.priority = priority;
    update_order(stream);
}

/// A PRIORITY_UPDATE that came before its request counts more than the request's own field.
void Session::take_early_priority(Stream& stream) {
    if (early_priorities_.empty()) [[likely]]
        return;
    for (const auto& [id, priority] : early_priorities_)
        if (id == stream.id) stream.priority = priority;
    // Ids that were passed over will not come any more.
    std::erase_if(early_priorities_, [&](const auto& each) { return each.first <= stream.id; });
}

}  // namespace pottle::h2
