// SPDX-License-Identifier: MIT
#include "ticket_keys.hpp"

#include <doctest/doctest.h>

namespace pottle::net::test {

TEST_CASE("TicketKeys: a key seals for one lifetime and opens for two") {
    constexpr Seconds kHour{3600};
    const SteadyTime start{};
    TicketKeys keys(kHour);
    const auto first = keys.current(start);
    REQUIRE(first);
    CHECK(keys.current(start + kHour - Seconds(1))->name == first->name);
    CHECK_FALSE(keys.find(first->name, start + kHour - Seconds(1))->outdated);

    const auto second = keys.current(start + kHour);
    REQUIRE(second);
    CHECK(second->name != first->name);
    CHECK(second->cipher_key != first->cipher_key);
    const auto found = keys.find(first->name, start + 2 * kHour - Seconds(1));
    REQUIRE(found);
    CHECK(found->outdated);
    CHECK(found->key.cipher_key == first->cipher_key);
    CHECK(found->key.mac_key == first->mac_key);
    CHECK_FALSE(keys.find(first->name, start + 2 * kHour));
}

TEST_CASE("TicketKeys: after a quiet time old keys open nothing") {
    constexpr Seconds kHour{3600};
    TicketKeys keys(kHour);
    const auto old = keys.current(SteadyTime{});
    REQUIRE(old);
    CHECK_FALSE(keys.find(old->name, SteadyTime{} + 5 * kHour));
    CHECK(keys.current(SteadyTime{} + 5 * kHour)->name != old->name);
}

TEST_CASE("TicketKeys: an unknown name finds nothing") {
    TicketKeys keys(Seconds(60));
    auto name = keys.current(SteadyTime{})->name;
    name[0] ^= 1;
    CHECK_FALSE(keys.find(name, SteadyTime{}));
}

}  // namespace pottle::net::test
