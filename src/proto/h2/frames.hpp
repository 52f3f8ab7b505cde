// SPDX-License-Identifier: MIT
/// \file
/// Frames as octets (RFC 9113 4.1, 6): reading their headers, writing the small ones.
#pragma once

#include <pottle/proto/h2/error_code.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pottle::h2 {

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113 3.4
inline constexpr std::size_t kFrameHeader = 9;
/// SETTINGS_MAX_FRAME_SIZE's least and default; what Pottle accepts and sends.
inline constexpr std::uint32_t kFrameSize = 16 * 1024;
inline constexpr std::int64_t kLargestWindow = 0x7fffffff;
inline constexpr std::uint32_t kDefaultWindow = 65535;
inline constexpr std::uint32_t kStreamIdMask = 0x7fffffff;

enum class FrameType : std::uint8_t {
    Data = 0x0,
    Headers = 0x1,
    Priority = 0x2,
    RstStream = 0x3,
    Settings = 0x4,
    PushPromise = 0x5,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,
    PriorityUpdate = 0x10,  // RFC 9218 7.1
};

namespace flags {
inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;
inline constexpr std::uint8_t kPriority = 0x20;
}  // namespace flags

enum class Setting : std::uint16_t {
    HeaderTableSize = 0x1,
    EnablePush = 0x2,
    MaxConcurrentStreams = 0x3,
    InitialWindowSize = 0x4,
    MaxFrameSize = 0x5,
    MaxHeaderListSize = 0x6,
    EnableConnectProtocol = 0x8,  // RFC 8441 3
    NoRfc7540Priorities = 0x9,    // RFC 9218 2.1
};

inline std::uint16_t read_u16(const char* at) noexcept {
    const auto* octets = reinterpret_cast<const unsigned char*>(at);
    return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
}

inline std::uint32_t read_u32(const char* at) noexcept {
    return static_cast<std::uint32_t>(read_u16(at)) << 16 | read_u16(at + 2);
}

inline char* put_u16(char* at, std::uint16_t value) noexcept {
    at[0] = static_cast<char>(value >> 8);
    at[1] = static_cast<char>(value);
    return at + 2;
}

inline char* put_u32(char* at, std::uint32_t value) noexcept {
    return put_u16(put_u16(at, static_cast<std::uint16_t>(value >> 16)),
                   static_cast<std::uint16_t>(value));
}

struct FrameHeader {
    std::uint32_t length = 0;
    FrameType type{};
    std::uint8_t flag_bits = 0;
    std::uint32_t stream = 0;

    bool has(std::uint8_t flag) const noexcept { return (flag_bits & flag) != 0; }

    /// Precondition: kFrameHeader octets stand at `at`.
    static FrameHeader read(const char* at) noexcept {
        const auto* octets = reinterpret_cast<const unsigned char*>(at);
        FrameHeader header;
        header.length = static_cast<std::uint32_t>(octets[0]) << 16 | read_u16(at + 1);
        header.type = static_cast<FrameType>(octets[3]);
        header.flag_bits = octets[4];
        header.stream = read_u32(at + 5) & kStreamIdMask;  // RFC 9113 4.1: the first bit is ignored
        return header;
    }
};

inline char* put_frame_header(char* at, std::size_t length, FrameType type, std::uint8_t flag_bits,
                              std::uint32_t stream) noexcept {
    at[0] = static_cast<char>(length >> 16);
    at = put_u16(at + 1, static_cast<std::uint16_t>(length));
    *at++ = static_cast<char>(type);
    *at++ = static_cast<char>(flag_bits);
    return put_u32(at, stream);
}

/// Appends up to `bound` octets that `fill(at)` writes; it returns their end.
template <class Fill>
void append_bounded(std::string& out, std::size_t bound, Fill fill) {
    const std::size_t before = out.size();
    out.resize_and_overwrite(before + bound, [&](char* begin, std::size_t) noexcept {
        return static_cast<std::size_t>(fill(begin + before) - begin);
    });
}

inline void append_rst_stream(std::string& out, std::uint32_t stream, ErrorCode code) {
    append_bounded(out, kFrameHeader + 4, [&](char* at) noexcept {
        at = put_frame_header(at, 4, FrameType::RstStream, 0, stream);
        return put_u32(at, static_cast<std::uint32_t>(code));
    });
}

inline void append_window_update(std::string& out, std::uint32_t stream, std::uint32_t increment) {
    append_bounded(out, kFrameHeader + 4, [&](char* at) noexcept {
        at = put_frame_header(at, 4, FrameType::WindowUpdate, 0, stream);
        return put_u32(at, increment);
    });
}

/// `data`: 8 octets.
inline void append_ping(std::string& out, std::string_view data, std::uint8_t flag_bits) {
    append_bounded(out, kFrameHeader + 8, [&](char* at) noexcept {
        at = put_frame_header(at, 8, FrameType::Ping, flag_bits, 0);
        std::memcpy(at, data.data(), 8);
        return at + 8;
    });
}

inline void append_go_away(std::string& out, std::uint32_t last_stream, ErrorCode code,
                           std::string_view text) {
    append_bounded(out, kFrameHeader + 8 + text.size(), [&](char* at) noexcept {
        at = put_frame_header(at, 8 + text.size(), FrameType::GoAway, 0, 0);
        at = put_u32(put_u32(at, last_stream), static_cast<std::uint32_t>(code));
        if (!text.empty()) std::memcpy(at, text.data(), text.size());
        return at + text.size();
    });
}

}  // namespace pottle::h2
