// SPDX-License-Identifier: MIT
/// \file
/// Priority: how urgent a client says a response is (RFC 9218): the value of a priority field or of
/// a PRIORITY_UPDATE frame, in HTTP/2 and HTTP/3 alike.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <string_view>

namespace pottle::http {

/// A value. Default: what RFC 9218 4 assumes of a client that says nothing.
struct Priority {
    std::uint8_t urgency = 3;  ///< 0, the most urgent, to 7, the background
    bool incremental = false;  ///< of use before it is complete: shares with others of its urgency

    friend bool operator==(const Priority&, const Priority&) = default;
};

/// Reads a dictionary such as "u=1, i". Members that are unknown, of another type or out of range
/// are ignored, and so is a text that is no dictionary at all (RFC 9218 4, 5).
Priority parse_priority(std::string_view text) noexcept;

}  // namespace pottle::http
