// SPDX-License-Identifier: MIT
#include <pottle/http/conditional.hpp>
#include <pottle/http/range.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;

TEST_CASE("RangeField: begin, exclusive end, suffixes (REQ-9)") {
    const auto field = RangeField::parse("Bytes=0-3, 5-,-2");
    REQUIRE(field);
    CHECK(field->units == "bytes");
    using Spec = RangeField::Spec;
    CHECK(field->ranges == std::vector<Spec>{{0, 4}, {5, {}}, {-2, {}}});
    for (const char* text : {"", "bytes", "bytes=", "bytes=x", "bytes=-", "bytes=5-3", "=1-2"})
        CHECK_FALSE(RangeField::parse(text));
    std::string many = "bytes=0-0";
    for (std::size_t i = 0; i < kMaxRanges; ++i) many += ",0-0";
    CHECK_FALSE(RangeField::parse(many));
}

TEST_CASE("EntityTagList: contains strong members, contains_weak all (REQ-9)") {
    const auto list = EntityTagList::parse("\"a\", W/\"b\"");
    REQUIRE(list);
    CHECK(list->contains("a"));
    CHECK_FALSE(list->contains("b"));
    CHECK(list->contains_weak("b"));
    CHECK_FALSE(list->contains_weak("c"));
    CHECK(EntityTagList::parse("*")->contains("anything"));
}

TEST_CASE("IfRange: a tag or a date (REQ-9)") {
    CHECK(IfRange::parse("\"a\"")->entity_tag->tag == "a");
    CHECK(IfRange::parse("Sun, 06 Nov 1994 08:49:37 GMT")->date == 784111777);
    CHECK_FALSE(IfRange::parse("yesterday"));
}
