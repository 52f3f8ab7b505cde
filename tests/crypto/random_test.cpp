// SPDX-License-Identifier: MIT
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/random.hpp>

#include <doctest/doctest.h>

using namespace pottle::crypto;

TEST_CASE("random: as many octets as asked for, and others each time") {
    CHECK(random_octets(0).empty());
    CHECK(random_octets(33).size() == 33);
    CHECK(random_octets(16) != random_octets(16));
}

TEST_CASE("random: a token is base64url text of its octets") {
    CHECK(decode_base64url(random_token(20)).value().size() == 20);
    CHECK(random_token().size() == 43);
}
