// SPDX-License-Identifier: MIT
/// \file
/// The sets of bytes that are searched for in every head (base/byte_scan.hpp). With SSE2 and
/// without they are the same; a test and the fuzzer compare them.
#pragma once

#include <pottle/base/ascii.hpp>
#include <pottle/base/byte_scan.hpp>

namespace pottle::h1::scan {

/// Bytes that end a line or have no place in one: controls but HTAB (RFC 9110 5.5).
struct ControlBytes {
    static constexpr bool contains(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    }
#if defined(__SSE2__)
    static __m128i matches(__m128i block) noexcept {
        const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
        const __m128i tab = _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'));
        const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
        return _mm_or_si128(_mm_andnot_si128(tab, low), del);
    }
#endif
};

/// Bytes that end a request target: what is not visible ASCII, and '#' (RFC 9112 3.2: a target has
/// no fragment).
struct NonTargetBytes {
    static constexpr bool contains(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte >= 0x7f || byte == '#';
    }
#if defined(__SSE2__)
    static __m128i matches(__m128i block) noexcept {
        // Signed: 0x80 and above are negative, so below 0x21 as well.
        const __m128i outside = _mm_cmplt_epi8(block, _mm_set1_epi8(0x21));
        const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
        const __m128i hash = _mm_cmpeq_epi8(block, _mm_set1_epi8('#'));
        return _mm_or_si128(_mm_or_si128(outside, del), hash);
    }
#endif
};

/// The same with '?', which ends the path of a target.
struct NonPathBytes {
    static constexpr bool contains(char c) noexcept {
        return c == '?' || NonTargetBytes::contains(c);
    }
#if defined(__SSE2__)
    static __m128i matches(__m128i block) noexcept {
        const __m128i mark = _mm_cmpeq_epi8(block, _mm_set1_epi8('?'));
        return _mm_or_si128(mark, NonTargetBytes::matches(block));
    }
#endif
};

/// Bytes that ordinary field names do not have. Names may have a few more (RFC 9110 5.6.2): whoever
/// finds one of these looks closer.
struct UnusualNameBytes {
    static constexpr bool contains(char c) noexcept {
        return !ascii::is_alnum(c) && c != '-' && c != '_';
    }
#if defined(__SSE2__)
    static __m128i matches(__m128i block) noexcept {
        const __m128i letter = in_range(_mm_or_si128(block, _mm_set1_epi8(0x20)), 'a', 'z');
        const __m128i digit = in_range(block, '0', '9');
        const __m128i dash = _mm_cmpeq_epi8(block, _mm_set1_epi8('-'));
        const __m128i underscore = _mm_cmpeq_epi8(block, _mm_set1_epi8('_'));
        const __m128i usual =
            _mm_or_si128(_mm_or_si128(letter, digit), _mm_or_si128(dash, underscore));
        return _mm_cmpeq_epi8(usual, _mm_setzero_si128());
    }

private:
    static __m128i in_range(__m128i block, char first, char last) noexcept {
        const __m128i offset = _mm_sub_epi8(block, _mm_set1_epi8(first));
        const __m128i width = _mm_set1_epi8(static_cast<char>(last - first));
        return _mm_cmpeq_epi8(_mm_min_epu8(offset, width), offset);
    }
#endif
};

using byte_scan::find;
using byte_scan::find_scalar;

}  // namespace pottle::h1::scan
