// SPDX-License-Identifier: MIT
#include <pottle/http/priority.hpp>

#include <doctest/doctest.h>

using pottle::http::parse_priority;
using pottle::http::Priority;

TEST_CASE("parse_priority: reads urgency and incremental (RFC 9218 4)") {
    CHECK(parse_priority("") == Priority{3, false});
    CHECK(parse_priority("u=0") == Priority{0, false});
    CHECK(parse_priority("u=7, i") == Priority{7, true});
    CHECK(parse_priority("i,u=5") == Priority{5, true});
    CHECK(parse_priority(" i=?1 , u=1 ") == Priority{1, true});
    CHECK(parse_priority("i=?0") == Priority{3, false});
    CHECK(parse_priority("u=2;x=1, i;y") == Priority{2, true});
    CHECK(parse_priority("u=1, u=6") == Priority{6, false});
}

TEST_CASE("parse_priority: ignores what it does not know or what is out of range (RFC 9218 4)") {
    for (const auto* text : {"u=8", "u=-1", "u=10", "u=\"1\"", "U=1", "x=\",u=1,\"", ",,", "\"",
                             "u", "u=", "\\", "i=1", "\"\\"})
        CHECK_MESSAGE(parse_priority(text) == Priority{}, text);
    CHECK(parse_priority("x=\"a,b\", u=4") == Priority{4, false});
}
