// SPDX-License-Identifier: MIT
/// \file
/// Searching a text for the first byte of a set: 16 bytes at a time with SSE2 (every x86-64 has
/// it) and one at a time elsewhere. Both forms give the same answers. Included by sources only.
///
/// A set is a type with `static bool contains(char)` and, with SSE2, `static __m128i
/// matches(__m128i block)`, whose bytes are 0xff where the block's are in the set.
#pragma once

#include <pottle/base/compiler.hpp>

#include <bit>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pottle::byte_scan {

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

}  // namespace pottle::byte_scan
