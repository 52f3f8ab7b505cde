// SPDX-License-Identifier: MIT
/// \file
/// FrameReader: the frame headers of one stream (RFC 9114 7.1), in whatever pieces they arrive.
#pragma once

#include "varint.hpp"

#include <algorithm>

namespace pottle::h3 {

/// RFC 9114 7.2, RFC 9218 7.2.
enum class Frame : std::uint64_t {
    Data = 0x00,
    Headers = 0x01,
    CancelPush = 0x03,
    Settings = 0x04,
    PushPromise = 0x05,
    GoAway = 0x07,
    MaxPushId = 0x0d,
    PriorityUpdateRequest = 0xf0700,
    PriorityUpdatePush = 0xf0701,
};

/// Frame types of HTTP/2 that HTTP/3 does not have (RFC 9114 7.2.8).
constexpr bool is_http2_frame(Frame type) noexcept {
    const auto number = static_cast<std::uint64_t>(type);
    return number == 0x02 || number == 0x06 || number == 0x08 || number == 0x09;
}

/// A value.
class FrameReader {
public:
    /// Between frames or inside a header: takes octets of the header. Returns: whether a header is
    /// complete; type() and left() tell it then.
    bool take_header(std::string_view& input) noexcept {
        if (!has_type_) {
            if (!varint_.take(input)) return false;
            type_ = static_cast<Frame>(varint_.value());
            has_type_ = true;
        }
        if (!varint_.take(input)) return false;
        left_ = varint_.value();
        has_type_ = false;
        in_payload_ = true;
        return true;
    }
    /// Takes what is there of the payload.
    std::string_view take_payload(std::string_view& input) noexcept {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
        const std::string_view piece = input.substr(0, size);
        input.remove_prefix(size);
        left_ -= size;
        return piece;
    }
    /// The payload has been dealt with; a header follows.
    void finish() noexcept { in_payload_ = false; }

    bool in_payload() const noexcept { return in_payload_; }
    Frame type() const noexcept { return type_; }
    std::uint64_t left() const noexcept { return left_; }
    /// Nothing of a frame has been read.
    bool between_frames() const noexcept { return !in_payload_ && !has_type_ && varint_.empty(); }

private:
    VarintReader varint_;
    Frame type_{};
    std::uint64_t left_ = 0;
    bool has_type_ = false;
    bool in_payload_ = false;
};

}  // namespace pottle::h3
