// SPDX-License-Identifier: MIT
#include <pottle/base/units.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("parse_duration: reads units and takes a number alone as seconds") {
    CHECK(parse_duration("30") == Milliseconds(30'000));
    CHECK(parse_duration("1.5s") == Milliseconds(1500));
    CHECK(parse_duration("250ms") == Milliseconds(250));
    CHECK(parse_duration("5m") == Milliseconds(300'000));
    CHECK(parse_duration("2h") == Milliseconds(7'200'000));
    CHECK(parse_duration("0") == Milliseconds(0));
}

TEST_CASE("parse_duration: refuses what is not a duration") {
    for (const char* text : {"", "s", "-1s", "5 m", "5w", "nan", "inf", "1e300d", "10s10"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("parse_size: reads powers of 1024 in any case") {
    CHECK(parse_size("4096") == 4096);
    CHECK(parse_size("64k") == 65536);
    CHECK(parse_size("16MiB") == 16_MiB);
    CHECK(parse_size("2g") == 2_GiB);
}

TEST_CASE("parse_size: refuses signs, fractions, unknown units and overflow") {
    for (const char* text : {"", "-1", "1.5k", "10x", "18446744073709551615k"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_size(text));
    }
}
