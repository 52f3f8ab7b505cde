// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/gateway/server_stats.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("ServerStats: read() sums the slots of all loops") {
    ServerStats stats;
    stats.slot(0).requests_total.add(3);
    stats.slot(7).requests_total.add(4);
    stats.slot(7).responses_by_class[2].add(4);
    stats.slot(0).connections_open.add(2);
    stats.slot(0).connections_open.subtract(1);
    const ServerCounters sum = stats.read();
    CHECK(sum.requests_total == 7);
    CHECK(sum.responses_by_class[2] == 4);
    CHECK(sum.connections_open == 1);
}

TEST_CASE("ServerStats: refuses more loops than it has slots for") {
    ServerStats stats;
    CHECK_THROWS_AS(stats.slot(ServerStats::kMaxLoops), LogicError);
}
