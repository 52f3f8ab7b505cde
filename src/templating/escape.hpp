// SPDX-License-Identifier: MIT
/// \file
/// Which bytes HTML wants escaped, and as what: as MarkupSafe does it.
#pragma once

#include <pottle/base/byte_scan.hpp>

#include <string_view>

namespace pottle::templating {

/// & < > ' "
struct EscapedBytes {
    static constexpr bool contains(char c) noexcept {
        return c == '&' || c == '<' || c == '>' || c == '\'' || c == '"';
    }
#if defined(__SSE2__)
    static __m128i matches(__m128i block) noexcept {
        // & is 0x26 and ' is 0x27, < is 0x3c and > is 0x3e: one bit apart.
        const __m128i ampersand = _mm_or_si128(block, _mm_set1_epi8(1));
        const __m128i angle = _mm_or_si128(block, _mm_set1_epi8(2));
        return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(ampersand, _mm_set1_epi8('\'')),
                                         _mm_cmpeq_epi8(angle, _mm_set1_epi8('>'))),
                            _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    }
#endif
};

/// Index of the first byte at or after `from` that is escaped, or text.size().
inline std::size_t find_escaped(std::string_view text, std::size_t from) noexcept {
    return byte_scan::find<EscapedBytes>(text, from);
}

/// What is written for one of EscapedBytes.
inline std::string_view entity(char c) noexcept {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '\'':
            return "&#39;";
        default:
            return "&#34;";
    }
}

}  // namespace pottle::templating
