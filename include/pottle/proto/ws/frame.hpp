// SPDX-License-Identifier: MIT
/// \file
/// The vocabulary of RFC 6455: opcodes and close codes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pottle::ws {

/// RFC 6455 5.2.
enum class Opcode : std::uint8_t {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA
};

/// Control frames have the high bit of the opcode (RFC 6455 5.5).
constexpr bool is_control(Opcode opcode) noexcept {
    return (static_cast<unsigned>(opcode) & 0x8) != 0;
}

/// Payload of a control frame at most (RFC 6455 5.5); a close reason has two bytes less.
inline constexpr std::size_t kMaxControlPayload = 125;
inline constexpr std::size_t kMaxCloseReason = 123;

/// RFC 6455 7.4.1 and IANA's registry.
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoStatus = 1005;  ///< never sent: the frame had no code
inline constexpr std::uint16_t kAbnormal = 1006;  ///< never sent: the connection was lost
inline constexpr std::uint16_t kInvalidData = 1007;
inline constexpr std::uint16_t kPolicyViolation = 1008;
inline constexpr std::uint16_t kTooLarge = 1009;
inline constexpr std::uint16_t kMissingExtension = 1010;  ///< clients only
inline constexpr std::uint16_t kInternalError = 1011;
inline constexpr std::uint16_t kServiceRestart = 1012;
inline constexpr std::uint16_t kTryAgainLater = 1013;
}  // namespace close_code

/// True for a code that may stand in a close frame; any other is a protocol error (RFC 6455 7.4.2).
constexpr bool may_travel(std::uint16_t code) noexcept {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

}  // namespace pottle::ws
