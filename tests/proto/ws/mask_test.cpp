// SPDX-License-Identifier: MIT
#include "mask.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace pottle::ws;

TEST_CASE("ws mask: the fast form gives what the scalar one gives, at every length and phase") {
    constexpr std::array<char, 4> kMask{'\x37', '\xfa', '\x21', '\x3d'};
    std::string in;
    for (int i = 0; i < 100; ++i) in += static_cast<char>(i * 31);
    for (unsigned phase = 0; phase < 4; ++phase) {
        for (std::size_t count = 0; count <= 70; ++count) {
            for (std::size_t offset = 0; offset < 4; ++offset) {
                std::string fast(count, '\0'), slow(count, '\0');
                apply_mask(fast.data(), in.data() + offset, count, kMask, phase);
                apply_mask_scalar(slow.data(), in.data() + offset, count, kMask, phase);
                REQUIRE(fast == slow);
            }
        }
    }
}
