// SPDX-License-Identifier: MIT
/// \file
/// Counts the blank lines of a byte stream that arrives in pieces: the least work by which a server
/// can know how many bodiless HTTP/1.1 requests it has received.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bench {

inline constexpr std::size_t kBlock = 64;

/// Bit i is set where `block[i]` is a line feed.
inline std::uint64_t line_feeds(const char* block) {
#ifdef __SSE2__
    const __m128i feed = _mm_set1_epi8('\n');
    std::uint64_t mask = 0;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part * 16));
        const auto hits =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed)));
        mask |= std::uint64_t{hits} << (part * 16);
    }
    return mask;
#else
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < kBlock; ++i) mask |= std::uint64_t{block[i] == '\n'} << i;
    return mask;
#endif
}

/// One per connection; remembers the last two bytes of the piece before.
class BlankLines {
public:
    /// Counts the line feeds that stand two bytes behind another one ("\n\r\n").
    ///
    /// Shape: `data` has room for a whole number of blocks, and is zero from `size` to there.
    std::size_t count(const char* data, std::size_t size) {
        std::size_t total = 0;
        for (std::size_t offset = 0; offset < size; offset += kBlock) {
            const std::uint64_t feeds = line_feeds(data + offset);
            total += static_cast<std::size_t>(std::popcount(feeds & ((feeds << 2) | tail_)));
            const std::size_t used = size - offset < kBlock ? size - offset : kBlock;
            tail_ = next_tail(feeds, used);
        }
        return total;
    }

private:
    /// The last two of `used` bits, moved to where the next block expects them.
    std::uint64_t next_tail(std::uint64_t feeds, std::size_t used) const {
        if (used == 1) return (tail_ >> 1) | (feeds & 1) << 1;
        return (feeds >> (used - 2)) & 3;
    }

    std::uint64_t tail_ = 0;
};

}  // namespace bench
