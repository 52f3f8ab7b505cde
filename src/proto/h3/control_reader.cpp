// SPDX-License-Identifier: MIT
#include "control_reader.hpp"

#include <algorithm>
#include <array>

namespace pottle::h3 {

namespace {

/// RFC 9114 7.2.4.1, RFC 9204 5, RFC 9220 5, RFC 9297 2.1.1.
enum Setting : std::uint64_t {
    kEnableConnectProtocol = 0x08,
    kH3Datagram = 0x33,
};

constexpr bool is_http2_setting(std::uint64_t id) noexcept {
    return id >= 0x02 && id <= 0x05;
}

}  // namespace

Result<> ControlReader::receive(std::string_view octets, ControlEvents& events) {
    while (!octets.empty() || (frames_.in_payload() && frames_.left() == 0)) {
        if (!frames_.in_payload()) {
            if (!frames_.take_header(octets)) break;
            POTTLE_TRY(begin_frame());
        }
        const std::string_view piece = frames_.take_payload(octets);
        if (keep_payload_) payload_ += piece;
        if (frames_.left() > 0) break;
        POTTLE_TRY(end_frame(events));
        frames_.finish();
        payload_.clear();
    }
    return {};
}

Result<> ControlReader::begin_frame() {
    const Frame type = frames_.type();
    const bool is_settings = type == Frame::Settings;
    // RFC 9114 6.2.1: SETTINGS come first, and once (7.2.4).
    if (!settings_seen_ && !is_settings)
        return connection_error(Code::MissingSettings, "the control stream begins with SETTINGS");
    if (settings_seen_ && is_settings)
        return connection_error(Code::FrameUnexpected, "SETTINGS were sent before");
    if (++frames_since_request_ > limits_.control_frames)
        return connection_error(Code::ExcessiveLoad, "too many frames on the control stream");
    std::uint64_t most = 8;  // one integer
    keep_payload_ = true;
    switch (type) {
        case Frame::Settings:
            settings_seen_ = true;
            most = limits_.settings;
            break;
        case Frame::PriorityUpdateRequest:
            most = limits_.priority_update;
            break;
        case Frame::GoAway:
        case Frame::MaxPushId:
        case Frame::CancelPush:
            if (frames_.left() > most)
                return connection_error(Code::FrameError, "a frame is longer than its content");
            break;
        case Frame::PriorityUpdatePush:
            return connection_error(Code::IdError, "there are no pushes to prioritise");
        case Frame::Data:
        case Frame::Headers:
        case Frame::PushPromise:
            return connection_error(Code::FrameUnexpected, "frame of a request stream");
        default:
            if (is_http2_frame(type))
                return connection_error(Code::FrameUnexpected, "frame of HTTP/2");
            keep_payload_ = false;  // RFC 9114 9: unknown frames are ignored
            return {};
    }
    if (frames_.left() > most)
        return connection_error(Code::ExcessiveLoad, "a frame is longer than its limit");
    return {};
}

Result<> ControlReader::end_frame(ControlEvents& events) {
    std::uint64_t id = 0;
    switch (frames_.type()) {
        case Frame::Settings:
            return read_settings(payload_);
        case Frame::GoAway:
            POTTLE_TRY(read_only_id(payload_, id));
            // RFC 9114 5.2: it can only become smaller.
            if (id > goaway_id_)
                return connection_error(Code::IdError, "GOAWAY names a later push");
            goaway_id_ = id;
            return {};
        case Frame::MaxPushId:
            POTTLE_TRY(read_only_id(payload_, id));
            // RFC 9114 7.2.7
            if (id < max_push_id_)
                return connection_error(Code::IdError, "MAX_PUSH_ID became smaller");
            max_push_id_ = id;
            return {};
        case Frame::CancelPush:
            POTTLE_TRY(read_only_id(payload_, id));
            // RFC 9114 7.2.3: we have promised none.
            return connection_error(Code::IdError, "CANCEL_PUSH names an unknown push");
        case Frame::PriorityUpdateRequest: {
            std::string_view rest = payload_;
            if (!take_varint(rest, id))
                return connection_error(Code::FrameError, "PRIORITY_UPDATE without its stream");
            return events.on_priority_update(id, rest);
        }
        default:
            return {};
    }
}

Result<> ControlReader::read_settings(std::string_view payload) const {
    // Two integers take two octets at least, so this is all that the limit lets through; what is
    // not known is not remembered (RFC 9114 7.2.4.1 asks nobody to find its duplicates).
    std::array<std::uint64_t, 64> seen{};
    std::size_t count = 0;
    while (!payload.empty()) {
        std::uint64_t id = 0;
        std::uint64_t value = 0;
        if (!take_varint(payload, id) || !take_varint(payload, value))
            return connection_error(Code::FrameError, "SETTINGS are cut off");
        if (is_http2_setting(id)) return connection_error(Code::SettingsError, "setting of HTTP/2");
        if ((id == kEnableConnectProtocol || id == kH3Datagram) && value > 1)
            return connection_error(Code::SettingsError, "a switch is 0 or 1");
        // RFC 9114 7.2.4: no identifier twice.
        const auto end = seen.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::find(seen.begin(), end, id) != end)
            return connection_error(Code::SettingsError, "a setting is repeated");
        if (count == seen.size()) return connection_error(Code::ExcessiveLoad, "too many settings");
        seen[count++] = id;
    }
    return {};
}

Result<> ControlReader::read_only_id(std::string_view payload, std::uint64_t& id) const {
    if (!take_varint(payload, id) || !payload.empty())
        return connection_error(Code::FrameError, "a frame that holds one integer does not");
    return {};
}

}  // namespace pottle::h3
