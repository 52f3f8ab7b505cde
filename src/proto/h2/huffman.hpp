// SPDX-License-Identifier: MIT
/// \file
/// The Huffman code of HPACK (RFC 7541 5.2, Appendix B).
#pragma once

#include <cstddef>
#include <string_view>

namespace pottle::h2::huffman {

/// Most octets that `size` octets of code can stand for: the shortest symbol has 5 bits.
constexpr std::size_t decoded_bound(std::size_t size) noexcept {
    return size * 8 / 5;
}

/// Decodes into `to`, which has room for decoded_bound(code.size()).
/// Returns: the end of what was written; nullptr for an EOS symbol, padding longer than 7 bits or
/// not all ones (RFC 7541 5.2).
char* decode(std::string_view code, char* to) noexcept;

/// Octets that encode() would write.
std::size_t encoded_size(std::string_view text) noexcept;
/// Returns: the end of what was written.
char* encode(std::string_view text, char* to) noexcept;

}  // namespace pottle::h2::huffman
