// SPDX-License-Identifier: MIT
/// \file
/// Limits of the HTTP/3 machine.
#pragma once

#include <pottle/base/bytes.hpp>

#include <cstdint>

namespace pottle::h3 {

struct Limits {
    /// Names and values with 32 bytes for each field, announced as SETTINGS_MAX_FIELD_SECTION_SIZE
    /// (Hypercorn's 64 KiB); beyond: 431.
    std::uint32_t field_section = 64 * 1024;
    /// Fields of a request; beyond: 431. More than HTTP/1.1's 100, as for HTTP/2.
    std::uint32_t fields = 256;
    /// Length of :path; beyond: 414.
    std::uint32_t path = 8 * 1024;
    /// What the client may keep in its compression table for us (nginx and Chromium: 4 KiB).
    std::uint32_t qpack_table = 4096;
    /// Requests that may wait for the compression table; each is bounded by its flow control
    /// window.
    std::uint32_t qpack_blocked_streams = 16;
    /// Bytes of a client's SETTINGS frame; real ones have less than 100.
    std::uint32_t settings = 1024;
    /// Bytes of a PRIORITY_UPDATE frame; real ones have less than 20.
    std::uint32_t priority_update = 256;
    /// Frames on the control stream between two requests: more do nothing but cost (h2o's and
    /// nghttp2's limits against such floods are of this size).
    std::uint32_t control_frames = 1000;
    /// Priorities remembered for requests that have not come yet.
    std::uint32_t early_priorities = 16;
    /// Requests that a client takes back (RESET_STREAM, STOP_SENDING) or that break the rules: as
    /// many at once, then as many a second; beyond, the connection is closed (CVE-2023-44487;
    /// nghttp2's figures).
    std::uint32_t reset_burst = 1000;
    std::uint32_t resets_per_second = 33;
    /// Whether clients may open WebSockets (RFC 9220): SETTINGS_ENABLE_CONNECT_PROTOCOL.
    bool extended_connect = true;
};

}  // namespace pottle::h3
