// SPDX-License-Identifier: MIT
/// \file
/// Variable-length integers (RFC 9000 16): the two top bits of the first octet tell the length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::h3 {

inline constexpr std::uint64_t kMaxVarint = (std::uint64_t{1} << 62) - 1;

/// 1, 2, 4 or 8, from the first octet.
constexpr std::size_t varint_size(char first) noexcept {
    return std::size_t{1} << (static_cast<unsigned char>(first) >> 6);
}

/// Precondition: `text` holds all varint_size() octets.
constexpr std::uint64_t read_varint(std::string_view text) noexcept {
    const std::size_t size = varint_size(text.front());
    std::uint64_t value = static_cast<unsigned char>(text[0]) & 0x3f;
    for (std::size_t i = 1; i < size; ++i) value = value << 8 | static_cast<unsigned char>(text[i]);
    return value;
}

/// Takes one integer from the front. Returns: false when it is cut off.
constexpr bool take_varint(std::string_view& text, std::uint64_t& value) noexcept {
    if (text.empty() || text.size() < varint_size(text.front())) return false;
    value = read_varint(text);
    text.remove_prefix(varint_size(text.front()));
    return true;
}

inline void append_varint(std::string& out, std::uint64_t value) {
    const int log = value < 64 ? 0 : value < 16'384 ? 1 : value < (1U << 30) ? 2 : 3;
    const int size = 1 << log;
    for (int i = size - 1; i >= 0; --i) {
        auto octet = static_cast<unsigned char>(value >> (8 * i));
        if (i == size - 1) octet |= static_cast<unsigned char>(log << 6);
        out += static_cast<char>(octet);
    }
}

/// Collects one integer that may arrive in pieces.
class VarintReader {
public:
    /// Takes from the front of `input`. Returns: whether the integer is complete.
    bool take(std::string_view& input) noexcept {
        while (!input.empty()) {
            octets_[size_++] = input.front();
            input.remove_prefix(1);
            if (size_ == varint_size(octets_[0])) return true;
        }
        return false;
    }
    /// The complete integer; the reader is empty afterwards.
    std::uint64_t value() noexcept {
        const std::uint64_t value = read_varint({octets_, size_});
        size_ = 0;
        return value;
    }
    bool empty() const noexcept { return size_ == 0; }

private:
    char octets_[8] = {};
    std::uint8_t size_ = 0;
};

}  // namespace pottle::h3
