// SPDX-License-Identifier: MIT
/// \file
/// Every way in which a peer's frames can be wrong, with the close code that says so.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/proto/ws/frame.hpp>

namespace pottle::ws::violations {

constexpr Error violation(Errc code, std::uint16_t close_code, std::string_view text) {
    return {code, Blame::Peer, 400, close_code, 0, text};
}
constexpr Error protocol_error(std::string_view text) {
    return violation(Errc::Malformed, close_code::kProtocolError, text);
}

// Frame headers (RFC 6455 5.2)
inline constexpr Error kReservedBits = protocol_error("a reserved bit is set");
inline constexpr Error kReservedOpcode = protocol_error("unknown opcode");
inline constexpr Error kNotMasked = protocol_error("frames of a client must be masked");
inline constexpr Error kMasked = protocol_error("frames of a server must not be masked");
inline constexpr Error kLengthNotMinimal = protocol_error("the length is not in its shortest form");
inline constexpr Error kLength = protocol_error("the length is over 2^63 - 1");

// Control frames (RFC 6455 5.5)
inline constexpr Error kControlFragmented = protocol_error("a control frame is fragmented");
inline constexpr Error kControlTooLong = protocol_error("a control frame is over 125 octets");
inline constexpr Error kCloseOctet = protocol_error("a close frame with half a code");
inline constexpr Error kCloseCode = protocol_error("a close code that must not be sent");
inline constexpr Error kCloseReason =
    violation(Errc::Malformed, close_code::kInvalidData, "the close reason is not UTF-8");

// Messages (RFC 6455 5.4, 5.6)
inline constexpr Error kNothingToContinue = protocol_error("a continuation without a beginning");
inline constexpr Error kUnfinished = protocol_error("a new message before the last one's end");
inline constexpr Error kNotUtf8 =
    violation(Errc::Malformed, close_code::kInvalidData, "the text is not UTF-8");
inline constexpr Error kTooLarge =
    violation(Errc::TooLarge, close_code::kTooLarge, "the message is too large");

// permessage-deflate (RFC 7692 7.2.2)
inline constexpr Error kNotDeflate =
    violation(Errc::Malformed, close_code::kInvalidData, "the message cannot be inflated");

// The handshake (RFC 6455 4.2.1)
inline constexpr Error kNoKey =
    Error::peer(Errc::BadField, 400, "Sec-WebSocket-Key must stand once, 16 octets in base64");
inline constexpr Error kVersion =
    Error::peer(Errc::Unsupported, 426, "Sec-WebSocket-Version must be 13");

}  // namespace pottle::ws::violations
