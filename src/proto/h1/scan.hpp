// SPDX-License-Identifier: MIT
/// \file
/// The searches that look at every byte of a head, 16 bytes at a time with SSE2 (every x86-64
/// has it) and one at a time elsewhere. Both forms give the same answers; a test and the fuzzer
/// compare them.
#pragma once

#include <pottle/base/ascii.hpp>

#include <bit>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/// Index of the first byte of that set at or after `from`, or text.size().
template <class Set>
constexpr std::size_t find_scalar(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && !Set::contains(text[from])) ++from;
    return from;
}

#if defined(__SSE2__)
template <class Set>
inline std::uint32_t match_mask(const char* block) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(Set::matches(bytes)));
}

template <class Set>
inline std::size_t find(std::string_view text, std::size_t from) noexcept {
    constexpr std::size_t kBlock = 16;
    const std::size_t size = text.size();
    for (; from + kBlock <= size; from += kBlock) {
        const std::uint32_t mask = match_mask<Set>(text.data() + from);
        if (mask != 0) return from + static_cast<std::size_t>(std::countr_zero(mask));
    }
    if (from >= size) return size;
    if (size < kBlock) return find_scalar<Set>(text, from);
    // The last block overlaps bytes that were searched already: shift them out.
    const std::size_t last = size - kBlock;
    const std::uint32_t mask = match_mask<Set>(text.data() + last) >> (from - last);
    return mask != 0 ? from + static_cast<std::size_t>(std::countr_zero(mask)) : size;
}
#else
template <class Set>
inline std::size_t find(std::string_view text, std::size_t from) noexcept {
    return find_scalar<Set>(text, from);
}
#endif

}  // namespace pottle::h1::scan
