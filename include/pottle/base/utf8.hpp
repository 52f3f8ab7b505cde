// SPDX-License-Identifier: MIT
/// \file
/// UTF-8: whether text is valid, and making it so. Surrogates, overlong forms and what lies past
/// U+10FFFF are invalid (RFC 3629 3).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace pottle::utf8 {

/// What `text` begins with: one valid sequence, or the longest prefix of one that is not continued
/// rightly (Unicode 3.9, "maximal subpart").
struct Sequence {
    std::size_t length = 0;  ///< 0 only for empty text
    bool valid = false;
};
Sequence first_sequence(std::string_view text) noexcept;

/// Length of the longest valid prefix.
std::size_t valid_prefix(std::string_view text) noexcept;

inline bool is_valid(std::string_view text) noexcept {
    return valid_prefix(text) == text.size();
}

/// True when `text` is the beginning of one valid sequence and lacks its end.
bool is_incomplete(std::string_view text) noexcept;

/// Puts U+FFFD in the place of each invalid part, as Python's errors="replace" and browsers do.
/// Valid text is handed back as it came.
std::string replace_invalid(std::string text);

}  // namespace pottle::utf8
