// SPDX-License-Identifier: MIT
/// \file
/// Unmasking (RFC 6455 5.3): 16 bytes at a time with SSE2 (every x86-64 has it), 8 elsewhere, one
/// at a time in the scalar form, which says what the fast one means. A test and the fuzzer compare
/// them.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pottle::ws {

/// Writes `count` bytes of `in`, masked with `mask` from its byte `phase` on, to `out`.
inline void apply_mask_scalar(char* out, const char* in, std::size_t count,
                              const std::array<char, 4>& mask, unsigned phase) noexcept {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<char>(in[i] ^ mask[(phase + i) % mask.size()]);
}

inline void apply_mask(char* out, const char* in, std::size_t count,
                       const std::array<char, 4>& mask, unsigned phase) noexcept {
    std::array<char, 8> twice;
    std::memcpy(twice.data(), mask.data(), mask.size());
    std::memcpy(twice.data() + mask.size(), mask.data(), mask.size());
    std::array<char, 4> turned;  // the phase is 0 again behind each whole word
    std::memcpy(turned.data(), twice.data() + phase, turned.size());
    const std::uint64_t word_mask =
        std::bit_cast<std::uint32_t>(turned) * std::uint64_t{0x1'0000'0001};
    std::size_t at = 0;
#if defined(__SSE2__)
    const __m128i block_mask = _mm_set1_epi64x(static_cast<long long>(word_mask));
    for (; at + sizeof(__m128i) <= count; at += sizeof(__m128i)) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), _mm_xor_si128(block, block_mask));
    }
#endif
    for (; at + sizeof(word_mask) <= count; at += sizeof(word_mask)) {
        std::uint64_t word;
        std::memcpy(&word, in + at, sizeof(word));
        word ^= word_mask;
        std::memcpy(out + at, &word, sizeof(word));
    }
    apply_mask_scalar(out + at, in + at, count - at, mask, phase);
}

}  // namespace pottle::ws
