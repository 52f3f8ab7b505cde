// SPDX-License-Identifier: MIT
/// \file
/// UTF-8 in JSON: validation at SIMD speed, encoding and decoding of one code point. Repairing is
/// base/utf8.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::json {

bool is_utf8(std::string_view text) noexcept;

/// Appends a Unicode scalar value (not a surrogate).
void append_utf8(std::string& out, std::uint32_t code_point);

/// The code point at the front of valid UTF-8, which is not empty, and how many bytes it takes.
struct CodePoint {
    std::uint32_t value;
    std::size_t length;
};
CodePoint first_code_point(std::string_view utf8) noexcept;

}  // namespace pottle::json
