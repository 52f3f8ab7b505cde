// SPDX-License-Identifier: MIT
/// \file
/// Searching, comparing and hashing texts of a few octets, as the segments of paths are. A call to
/// memchr or memcmp, or a loop whose length the processor cannot predict, costs more than the work.
#pragma once

#include <pottle/base/compiler.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pottle::app {

namespace detail {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighs = 0x8080808080808080;

/// The first octet of the text is the lowest of the word.
template <class Word>
Word load(const char* p) noexcept {
    Word word;
    std::memcpy(&word, p, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
    return word;
}

/// The text of at most 8 octets as the low octets of a word, the rest 0.
inline std::uint64_t load_short(const char* p, std::size_t size) noexcept {
    if (size == 8) return load<std::uint64_t>(p);
    std::uint64_t word = 0;
    if (size >= 4) {  // two halves that overlap
        word = load<std::uint32_t>(p);
        word |= std::uint64_t{load<std::uint32_t>(p + size - 4)} << (8 * (size - 4));
    } else if (size > 0) {
        const auto octet = [p](std::size_t i) -> std::uint64_t {
            return static_cast<unsigned char>(p[i]);
        };
        word = octet(0) | octet(size / 2) << (8 * (size / 2)) | octet(size - 1) << (8 * (size - 1));
    }
    return word;
}

/// The high bit of the first octet of `word` that is `c`; bits above it may be wrong.
constexpr std::uint64_t mark(std::uint64_t word, char c) noexcept {
    const std::uint64_t zeros = word ^ (kOnes * static_cast<unsigned char>(c));
    return (zeros - kOnes) & ~zeros & kHighs;
}

}  // namespace detail

/// Position of the first slash, or the size.
inline std::size_t find_slash(std::string_view text) noexcept {
    std::size_t i = 0;
    for (; text.size() - i >= 8; i += 8) {
        const std::uint64_t marks = detail::mark(detail::load<std::uint64_t>(text.data() + i), '/');
        if (marks) return i + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    }
    const std::size_t left = text.size() - i;
    const std::uint64_t marks = detail::mark(detail::load_short(text.data() + i, left), '/');
    return marks ? i + static_cast<std::size_t>(std::countr_zero(marks)) / 8 : text.size();
}

/// True for one digit or more and nothing else.
inline bool all_digits(std::string_view text) noexcept {
    if (text.empty()) return false;
    std::uint64_t wrong = 0;
    const auto check = [&wrong](std::uint64_t word) {
        // Below '0' the subtraction borrows into the high bit, above '9' the addition carries.
        wrong |= (word + (0x7F - '9') * detail::kOnes) | (word - '0' * detail::kOnes) | word;
    };
    std::size_t i = 0;
    for (; text.size() - i > 8; i += 8) check(detail::load<std::uint64_t>(text.data() + i));
    const std::size_t left = text.size() - i;
    const std::uint64_t padding = left == 8 ? 0 : '0' * detail::kOnes << (8 * left);
    check(detail::load_short(text.data() + i, left) | padding);
    return (wrong & detail::kHighs) == 0;
}

/// Both ends of a text as words: texts of up to 16 octets are equal when these are.
struct TextKey {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // 0 up to 8 octets
    std::size_t size = 0;

    explicit TextKey(std::string_view text) noexcept : size(text.size()) {
        if (size <= 8) {
            first = detail::load_short(text.data(), size);
        } else {
            first = detail::load<std::uint64_t>(text.data());
            last = detail::load<std::uint64_t>(text.data() + size - 8);
        }
    }
    bool operator==(const TextKey&) const = default;

    /// What stands between both words.
    static std::string_view middle(std::string_view text) noexcept {
        return text.size() <= 16 ? std::string_view() : text.substr(8, text.size() - 16);
    }

    /// For tables that are filled before the first request: it does not resist chosen texts.
    std::uint64_t hash(std::uint64_t seed, std::string_view text) const noexcept {
        constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
        std::uint64_t hash = (seed << 32 ^ size ^ first) * kMultiplier;
        hash = (hash ^ hash >> 32 ^ last) * kMultiplier;
        for (const char c : middle(text))
            hash = (hash ^ static_cast<unsigned char>(c)) * kMultiplier;
        return hash ^ hash >> 32;
    }
};

}  // namespace pottle::app
