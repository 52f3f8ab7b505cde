// SPDX-License-Identifier: MIT
/// \file
/// Looking at eight bytes at a time: where a JSON string ends or needs an escape. Both the reader
/// and the writer spend their time here.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace pottle::json {

static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");

inline constexpr std::uint64_t kEachByte = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

inline std::uint64_t load8(const char* at) noexcept {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The high bit of each byte that is '"', '\\' or a control character. A borrow may also mark bytes
/// after the first, so only the lowest mark counts.
inline std::uint64_t special_bytes(std::uint64_t word) noexcept {
    const std::uint64_t quote = word ^ (kEachByte * '"');
    const std::uint64_t backslash = word ^ (kEachByte * '\\');
    const std::uint64_t is_quote = (quote - kEachByte) & ~quote;
    const std::uint64_t is_backslash = (backslash - kEachByte) & ~backslash;
    const std::uint64_t is_control = (word - kEachByte * 0x20) & ~word;
    return (is_quote | is_backslash | is_control) & kHighBits;
}

inline bool is_special(char c) noexcept {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// The first '"', '\\' or control character in [at, end), or end.
inline const char* find_special(const char* at, const char* end) noexcept {
    for (; end - at >= 8; at += 8)
        if (const std::uint64_t marks = special_bytes(load8(at)))
            return at + (std::countr_zero(marks) >> 3);
    while (at != end && !is_special(*at)) ++at;
    return at;
}

}  // namespace pottle::json
