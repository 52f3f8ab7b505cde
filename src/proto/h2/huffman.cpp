// SPDX-License-Identifier: MIT
/// \file
/// The code is canonical, so the lengths of Appendix B are all that is needed: the codes, the tree
/// and the decoder's table are derived from them at compile time. The decoder takes four bits at a
/// time: from each inner node of the tree, one entry for each of the 16 possibilities.
#include "huffman.hpp"

#include <array>
#include <cstdint>

namespace pottle::h2::huffman {

namespace {

constexpr std::size_t kSymbols = 257;  // the last is EOS
constexpr unsigned kEos = 256;
constexpr std::size_t kNodes = kSymbols - 1;  // inner nodes of a full binary tree

/// RFC 7541 Appendix B: bits of each symbol's code.
constexpr std::array<std::uint8_t, kSymbols> kLengths{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,
    5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10, 13, 6,  7,  7,  7,  7,  7,  7,
    7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,
    15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  6,  7,  6,  5,  5,  6,  7,  7,
    7,  7,  7,  15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
    23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
    21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
};

constexpr std::array<std::uint32_t, kSymbols> kCodes = [] {
    std::array<std::uint32_t, kSymbols> codes{};
    std::uint32_t code = 0;
    for (unsigned length = 5; length <= 30; ++length) {
        for (std::size_t symbol = 0; symbol < kSymbols; ++symbol)
            if (kLengths[symbol] == length) codes[symbol] = code++;
        code <<= 1;
    }
    return codes;
}();

/// A child is an inner node's number, or kLeaf + symbol.
constexpr std::uint16_t kLeaf = 0x8000;
struct Tree {
    std::array<std::array<std::uint16_t, 2>, kNodes> child{};
    /// Reached from the root by ones only, at most 7 of them: where a text may end.
    std::array<bool, kNodes> may_end{};
};

constexpr Tree kTree = [] {
    Tree tree;
    std::uint16_t nodes = 1;
    for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
        std::uint16_t node = 0;
        for (unsigned bit = kLengths[symbol]; bit-- > 0;) {
            std::uint16_t& next = tree.child[node][(kCodes[symbol] >> bit) & 1];
            if (bit == 0)
                next = static_cast<std::uint16_t>(kLeaf + symbol);
            else if (next == 0)
                next = nodes++;
            node = next;
        }
    }
    std::uint16_t node = 0;
    for (int ones = 0; ones <= 7; ++ones) {
        tree.may_end[node] = true;
        node = tree.child[node][1];
    }
    return tree;
}();

struct Step {
    std::uint8_t next = 0;
    char symbol = 0;
    bool emits = false;  // four bits end one symbol at most: the shortest has five
    bool fails = false;
};

constexpr auto kSteps = [] {
    std::array<std::array<Step, 16>, kNodes> steps{};
    for (std::size_t from = 0; from < kNodes; ++from) {
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            Step& step = steps[from][nibble];
            std::uint16_t node = static_cast<std::uint16_t>(from);
            for (int bit = 3; bit >= 0; --bit) {
                node = kTree.child[node][(nibble >> bit) & 1];
                if (node < kLeaf) continue;
                if (node == kLeaf + kEos) step.fails = true;
                step.emits = true;
                step.symbol = static_cast<char>(node - kLeaf);
                node = 0;
            }
            step.next = static_cast<std::uint8_t>(node);
        }
    }
    return steps;
}();

}  // namespace

char* decode(std::string_view code, char* to) noexcept {
    std::uint8_t node = 0;
    bool failed = false;
    for (const char c : code) {
        const unsigned byte = static_cast<unsigned char>(c);
        for (const unsigned nibble : {byte >> 4, byte & 15}) {
            const Step step = kSteps[node][nibble];
            *to = step.symbol;
            to += step.emits;
            failed |= step.fails;
            node = step.next;
        }
        if (failed) return nullptr;
    }
    return kTree.may_end[node] ? to : nullptr;
}

std::size_t encoded_size(std::string_view text) noexcept {
    std::size_t bits = 0;
    for (const char c : text) bits += kLengths[static_cast<unsigned char>(c)];
    return (bits + 7) / 8;
}

char* encode(std::string_view text, char* to) noexcept {
    std::uint64_t held = 0;  // the lowest `count` bits are not written yet
    unsigned count = 0;
    for (const char c : text) {
        const auto symbol = static_cast<unsigned char>(c);
        held = (held << kLengths[symbol]) | kCodes[symbol];
        for (count += kLengths[symbol]; count >= 8; count -= 8)
            *to++ = static_cast<char>(held >> (count - 8));
    }
    // RFC 7541 5.2: padded with the beginning of EOS, which is all ones.
    if (count > 0) *to++ = static_cast<char>((held << (8 - count)) | (0xffU >> count));
    return to;
}

}  // namespace pottle::h2::huffman
