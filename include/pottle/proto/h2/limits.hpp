// SPDX-License-Identifier: MIT
/// \file
/// Limits of an HTTP/2 connection. Every bound on what a peer can make us hold or do has its name
/// here; those that it shares with HTTP/1.1 (body, handlers, timeouts) are the server's.
#pragma once

#include <pottle/base/bytes.hpp>

#include <cstdint>

namespace pottle::h2 {

struct Limits {
    /// Requests in progress at once (nghttp2, Hypercorn: 100); more are refused with
    /// REFUSED_STREAM. A stream that was reset counts until its handler has ended.
    std::uint32_t streams = 100;

    /// Header fields of a request, with 32 bytes for each as SETTINGS_MAX_HEADER_LIST_SIZE counts
    /// (Hypercorn's 64 KiB): beyond 431. The same bounds the compressed block; four times as much,
    /// which only an attack has, ends the connection.
    std::uint32_t header_list = 64 * 1024;
    /// Fields of a request: beyond 431.
    std::uint32_t fields = 256;
    /// Length of a request's path with its query: beyond 414.
    std::uint32_t path = 8 * 1024;
    /// CONTINUATION frames of one header block (nghttp2's 8); more end the connection.
    std::uint32_t continuations = 8;
    /// Parameters in one SETTINGS frame (nghttp2's 32); more end the connection.
    std::uint32_t settings = 32;

    /// What a client may send of one request's body before it is read (granian's 1 MiB). At least
    /// 64 KiB minus one, the protocol's own default.
    std::uint32_t stream_window = 1024 * 1024;
    /// The same for all bodies of a connection together: more than one stream's, so that a handler
    /// that does not read holds up none of the others.
    std::uint32_t connection_window = 4 * 1024 * 1024;
    /// Both grow up to this while a client fills them within one round trip and the body is read as
    /// fast. 0: they stay as they are.
    std::uint32_t largest_window = 16 * 1024 * 1024;

    /// Streams that the client resets, or makes us reset: so many at once, then so many a second
    /// (nghttp2's 1000 and 33); more end the connection (CVE-2023-44487, CVE-2025-8671).
    std::uint32_t reset_burst = 1000;
    std::uint32_t resets_per_second = 33;
    /// Frames that bring nothing forward (SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty DATA,
    /// unknown ones): so many at once, then so many a second; more end the connection
    /// (CVE-2019-9512, 9515, 9518). Every frame of a body, either way, allows two more.
    std::uint32_t control_burst = 2000;
    std::uint32_t controls_per_second = 200;
    /// Priorities kept for requests that have not come yet (h2o's 16).
    std::uint32_t early_priorities = 16;

    /// Whether make_push_promise() may push to clients that allow it.
    bool push = true;
    /// Whether WebSockets may be opened (RFC 8441).
    bool extended_connect = true;
};

}  // namespace pottle::h2
