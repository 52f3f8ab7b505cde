// SPDX-License-Identifier: MIT
/// \file
/// What a websocket may make us hold, and what permessage-deflate may cost us.
#pragma once

#include <pottle/base/bytes.hpp>

namespace pottle::ws {

struct Limits {
    /// One message, after inflating; beyond: 1009 (Hypercorn's 16 MiB).
    ByteCount message = 16_MiB;
};

/// What this server is ready to agree to (RFC 7692). A client's offer can only make it less.
///
/// Without context takeover each message is compressed by itself: the loop's compressor serves
/// every connection, where a context of its own would cost each of them up to 300 KiB.
struct DeflateOptions {
    bool enabled = true;
    bool server_context_takeover = false;
    bool client_context_takeover = false;
    /// log2 of the window, 8 to 15.
    int server_max_window_bits = 15;
    int client_max_window_bits = 15;
    /// zlib's, 1 to 9.
    int level = 6;
    int memory_level = 8;
    /// Shorter messages are sent as they are: compressing them costs more than it saves.
    ByteCount threshold = 512;
};

}  // namespace pottle::ws
