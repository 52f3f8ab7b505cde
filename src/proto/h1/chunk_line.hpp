// SPDX-License-Identifier: MIT
/// \file
/// The line in front of a chunk (RFC 9112 7.1).
#pragma once

#include <pottle/base/error.hpp>

#include <cstdint>
#include <string_view>

namespace pottle::h1 {

struct ChunkLine {
    std::uint64_t size = 0;             ///< at most 2^63 - 1
    std::uint32_t extension_bytes = 0;  ///< of the line, without the size
};

/// Parses `chunk-size [ chunk-ext ]`, a line without its CR LF and without control bytes.
const Error* parse_chunk_line(std::string_view line, ChunkLine& chunk) noexcept;

}  // namespace pottle::h1
