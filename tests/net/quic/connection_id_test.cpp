// SPDX-License-Identifier: MIT
#include "connection_id.hpp"

#include "secrets.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace pottle::net;
using namespace pottle::net::quic;

namespace {
using Id = std::array<std::uint8_t, kConnectionIdSize>;

Id id_to(QuicRoute route, const Secrets& secrets) {
    Id id{};
    make_connection_id(id, route, secrets);
    return id;
}
}  // namespace

TEST_CASE("connection id: tells its owner where it leads, and nobody else (RFC 9000 5.1)") {
    Secrets secrets{};
    secrets.connection_ids.fill(7);
    const QuicRoute route{3, 200};
    std::set<std::pair<std::uint8_t, std::uint8_t>> tails;
    for (int i = 0; i < 32; ++i) {
        const Id id = id_to(route, secrets);
        CHECK(route_of(id, secrets) == route);
        tails.insert({id[kConnectionIdSize - 2], id[kConnectionIdSize - 1]});
    }
    CHECK(tails.size() > 16);  // nothing in them is constant
    Secrets others = secrets;
    others.connection_ids[0] ^= 1;
    int same = 0;
    for (int i = 0; i < 32; ++i) same += route_of(id_to(route, secrets), others) == route;
    CHECK(same <= 1);
}

TEST_CASE("connection id: keys of different ids differ, whatever their length") {
    const std::uint8_t octets[20] = {};
    const ConnectionIdKey shorter(std::span(octets, 8));
    const ConnectionIdKey longer(std::span(octets, 9));
    CHECK(shorter != longer);
    CHECK(ConnectionIdHash{1}(shorter) != ConnectionIdHash{1}(longer));
    CHECK(ConnectionIdHash{1}(shorter) != ConnectionIdHash{2}(shorter));
}
