// SPDX-License-Identifier: MIT
/// \file
/// UTF-8: validation at SIMD speed and the encoding of one code point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::json {

bool is_utf8(std::string_view text) noexcept;

/// Appends a Unicode scalar value (not a surrogate).
void append_utf8(std::string& out, std::uint32_t code_point);

/// A code point at the front of a text and how many bytes it takes. Bytes that are not UTF-8 give
/// U+FFFD and the length of the longest start of a sequence among them (Unicode 15, 3.9, "maximal
/// subparts").
struct CodePoint {
    std::uint32_t value;
    std::size_t length;
};
CodePoint decode_utf8(std::string_view text) noexcept;

}  // namespace pottle::json
