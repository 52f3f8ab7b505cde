// SPDX-License-Identifier: MIT
/// \file
/// The sending half of a server's websocket, sans IO: appends frames to a buffer. Frames of a
/// server are not masked, and messages are never fragmented (RFC 6455 5.1, 5.4), so the octets of a
/// message are the same for every receiver.
#pragma once

#include <pottle/proto/ws/frame.hpp>

#include <string>
#include <string_view>

namespace pottle::ws {

/// Whether the payload went through permessage-deflate: RSV1 (RFC 7692 6).
enum class Compressed : std::uint8_t { No, Yes };

/// Appends the header of a frame that is a whole message; `length` octets of payload follow it.
void append_header(std::string& out, Opcode opcode, std::uint64_t length,
                   Compressed compressed = Compressed::No);

/// Appends a whole frame. Precondition: at most kMaxControlPayload octets for control frames.
void append_frame(std::string& out, Opcode opcode, std::string_view payload,
                  Compressed compressed = Compressed::No);

/// Appends a close frame; kNoStatus makes an empty one.
/// Precondition: may_travel(code) or kNoStatus; at most kMaxCloseReason octets of UTF-8.
void append_close(std::string& out, std::uint16_t code, std::string_view reason);

}  // namespace pottle::ws
