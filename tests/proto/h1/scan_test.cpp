// SPDX-License-Identifier: MIT
#include "scan.hpp"

#include <memory>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace pottle::h1;

namespace {

/// Both forms over a heap block of the exact size, from every index.
template <class Set>
void check_same(std::string_view bytes) {
    const auto block = std::make_unique<char[]>(bytes.size());
    bytes.copy(block.get(), bytes.size());
    const std::string_view text(block.get(), bytes.size());
    for (std::size_t from = 0; from <= text.size(); ++from)
        CHECK(scan::find<Set>(text, from) == scan::find_scalar<Set>(text, from));
}

}  // namespace

TEST_CASE("scan: the vector form finds what the scalar form finds, for each byte at each place") {
    for (const std::size_t size : {1u, 7u, 15u, 16u, 17u, 31u, 32u, 33u, 50u}) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(byte);
                const std::string_view view = text;
                const bool control = scan::ControlBytes::contains(text[at]);
                const bool unusual = scan::UnusualNameBytes::contains(text[at]);
                const bool outside = scan::NonTargetBytes::contains(text[at]);
                const bool ends_path = outside || byte == '?';
                if (scan::find<scan::ControlBytes>(view, 0) != (control ? at : size) ||
                    scan::find<scan::UnusualNameBytes>(view, 0) != (unusual ? at : size) ||
                    scan::find<scan::NonTargetBytes>(view, 0) != (outside ? at : size) ||
                    scan::find<scan::NonPathBytes>(view, 0) != (ends_path ? at : size))
                    FAIL("byte " << byte << " at " << at << " of " << size);
            }
        }
    }
}

TEST_CASE("scan: both forms agree on random bytes from every start") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text(random() % 70, ' ');
        for (char& c : text)
            c = static_cast<char>(random() % 8 == 0 ? random() % 256 : 'a' + random() % 26);
        check_same<scan::ControlBytes>(text);
        check_same<scan::NonTargetBytes>(text);
        check_same<scan::NonPathBytes>(text);
        check_same<scan::UnusualNameBytes>(text);
    }
}
