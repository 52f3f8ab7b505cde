// SPDX-License-Identifier: MIT
/// \file
/// Finds the end of one line of a head, a trailer section or a chunk. A line ends with CR LF and
/// holds no control byte but HTAB; a bare CR or LF is refused where RFC 9112 2.2 would allow
/// guessing.
#pragma once

#include "scan.hpp"
#include "violations.hpp"

#include <algorithm>

namespace pottle::h1 {

struct Line {
    enum class Status : std::uint8_t { Complete, Incomplete, TooLong, Malformed };
    Status status;
    std::size_t end;  ///< Complete: index of the CR. Incomplete: where to go on searching
    const Error* violation = nullptr;
};

/// Searches from `from` on. The line's CR must stand before `stop`, whether or not that much input
/// is there yet, so that the outcome does not depend on how the input is split.
inline Line find_line_end(std::string_view input, std::size_t from, std::size_t stop) noexcept {
    using enum Line::Status;
    const std::string_view window = input.substr(0, std::min(input.size(), stop));
    const std::size_t at = scan::find<scan::ControlBytes>(window, from);
    if (at >= window.size()) return {input.size() >= stop ? TooLong : Incomplete, at};
    if (input[at] != '\r')
        return {Malformed, at,
                input[at] == '\n' ? &violations::kBareLineEnd : &violations::kControlByte};
    if (at + 1 == input.size()) return {Incomplete, at};
    if (input[at + 1] != '\n') return {Malformed, at, &violations::kBareLineEnd};
    return {Complete, at};
}

}  // namespace pottle::h1
