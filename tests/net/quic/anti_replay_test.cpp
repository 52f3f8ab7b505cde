// SPDX-License-Identifier: MIT
#include "anti_replay.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace pottle::net::quic;
using Verdict = AntiReplay::Verdict;

TEST_CASE("AntiReplay: a handshake is fresh once while it is remembered (RFC 8446 8.2)") {
    AntiReplay replays(10);
    CHECK(replays.add("one", 100, 110) == Verdict::Fresh);
    CHECK(replays.add("two", 101, 111) == Verdict::Fresh);
    CHECK(replays.add("one", 105, 115) == Verdict::Replayed);
    CHECK(replays.add("two", 110, 120) == Verdict::Replayed);
    CHECK(replays.add("one", 110, 120) == Verdict::Fresh);
}

TEST_CASE("AntiReplay: a full store refuses instead of forgetting") {
    AntiReplay replays(3);
    for (int i = 0; i < 3; ++i) CHECK(replays.add(std::to_string(i), 100, 110) == Verdict::Fresh);
    CHECK(replays.add("more", 101, 111) == Verdict::Full);
    CHECK(replays.add("0", 101, 111) == Verdict::Replayed);
    CHECK(replays.add("more", 110, 120) == Verdict::Fresh);
}
