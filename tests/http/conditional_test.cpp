// SPDX-License-Identifier: MIT
#include <pottle/http/conditional.hpp>
#include <pottle/http/range.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;

namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kLater = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr std::string_view kEarlier = "Sun, 06 Nov 1994 08:49:36 GMT";

Validators current() {
    return {.entity_tag = EntityTag{"abc", false}, .last_modified = 784111777};
}

}  // namespace

TEST_CASE("parse_entity_tag: reads strong and weak tags (RFC 9110 8.8.3)") {
    CHECK(parse_entity_tag("\"abc\"") == EntityTag{"abc", false});
    CHECK(parse_entity_tag("W/\"abc\"") == EntityTag{"abc", true});
    CHECK(parse_entity_tag("\"\"") == EntityTag{"", false});
    CHECK(parse_entity_tag("\"a\\b,\xc3\xa9\"") == EntityTag{"a\\b,\xc3\xa9", false});
    for (const std::string_view text : {"", "abc", "\"abc", "abc\"", "w/\"a\"", "W/abc", "\"a b\"",
                                        "\"a\"b\"", "W/ \"a\"", "\"a\" \"b\"", "*"})
        CHECK_MESSAGE(!parse_entity_tag(text), text);
    CHECK(EntityTag{"abc", true}.text() == "W/\"abc\"");
    CHECK(EntityTag{"abc", false}.text() == "\"abc\"");
}

TEST_CASE("entity tags: the table of comparisons (RFC 9110 8.8.3.2)") {
    const EntityTag strong{"1", false};
    const EntityTag weak{"1", true};
    const EntityTag other{"2", true};
    CHECK_FALSE(strongly_equal(weak, weak));
    CHECK(weakly_equal(weak, weak));
    CHECK_FALSE(weakly_equal(weak, other));
    CHECK_FALSE(strongly_equal(weak, strong));
    CHECK(weakly_equal(weak, strong));
    CHECK(strongly_equal(strong, strong));
}

TEST_CASE("EntityTagList: reads lists, '*' and nothing malformed") {
    CHECK(EntityTagList::parse(" * ")->any);
    CHECK(EntityTagList::parse("\"a\", W/\"b,c\" ,\"d\"")->tags ==
          std::vector<EntityTag>{{"a", false}, {"b,c", true}, {"d", false}});
    CHECK(EntityTagList::parse(", ,\"a\",")->tags.size() == 1);
    CHECK_FALSE(EntityTagList::parse("\"a\" \"b\""));
    CHECK_FALSE(EntityTagList::parse("a"));
    CHECK_FALSE(EntityTagList::parse("\"a\", *"));
}

TEST_CASE("evaluate: If-None-Match gives 304 to GET and HEAD, 412 to others (RFC 9110 13.1.2)") {
    const auto with = [](Method method, std::string_view field) {
        return evaluate(method, {.if_none_match = field}, current());
    };
    CHECK(with(Method::Get, "\"abc\"") == Precondition::NotModified);
    CHECK(with(Method::Head, "\"x\", W/\"abc\"") == Precondition::NotModified);
    CHECK(with(Method::Put, "\"abc\"") == Precondition::Failed);
    CHECK(with(Method::Put, "*") == Precondition::Failed);
    CHECK(with(Method::Get, "\"x\"") == Precondition::Holds);
    CHECK(with(Method::Get, "abc") == Precondition::Holds);
    CHECK(evaluate(Method::Put, {.if_none_match = "*"}, {.exists = false}) == Precondition::Holds);
}

TEST_CASE("evaluate: If-Match compares strongly (RFC 9110 13.1.1)") {
    const auto with = [](std::string_view field) {
        return evaluate(Method::Put, {.if_match = field}, current());
    };
    CHECK(with("\"abc\"") == Precondition::Holds);
    CHECK(with("*") == Precondition::Holds);
    CHECK(with("W/\"abc\"") == Precondition::Failed);
    CHECK(with("\"x\"") == Precondition::Failed);
    CHECK(evaluate(Method::Put, {.if_match = "*"}, {.exists = false}) == Precondition::Failed);
}

TEST_CASE(
    "evaluate: dates are compared to the second and ignored when malformed (RFC 9110 13.1.3)") {
    const auto since = [](Method method, std::string_view date) {
        return evaluate(method, {.if_modified_since = date}, current());
    };
    CHECK(since(Method::Get, kDate) == Precondition::NotModified);
    CHECK(since(Method::Get, kLater) == Precondition::NotModified);
    CHECK(since(Method::Get, kEarlier) == Precondition::Holds);
    CHECK(since(Method::Get, "yesterday") == Precondition::Holds);
    CHECK(since(Method::Post, kDate) == Precondition::Holds);
    CHECK(evaluate(Method::Get, {.if_modified_since = kDate}, {}) == Precondition::Holds);
    const auto unmodified = [](std::string_view date) {
        return evaluate(Method::Put, {.if_unmodified_since = date}, current());
    };
    CHECK(unmodified(kDate) == Precondition::Holds);
    CHECK(unmodified(kEarlier) == Precondition::Failed);
    CHECK(unmodified("x") == Precondition::Holds);
}

TEST_CASE("evaluate: tags go before dates (RFC 9110 13.2.2)") {
    CHECK(evaluate(Method::Get, {.if_none_match = "\"x\"", .if_modified_since = kDate},
                   current()) == Precondition::Holds);
    CHECK(evaluate(Method::Put, {.if_match = "\"abc\"", .if_unmodified_since = kEarlier},
                   current()) == Precondition::Holds);
    CHECK(evaluate(Method::Get, {.if_match = "\"x\"", .if_none_match = "\"abc\""}, current()) ==
          Precondition::Failed);
}

TEST_CASE("if_range_holds: a strong equal tag or the exact date (RFC 9110 13.1.5)") {
    CHECK(if_range_holds("\"abc\"", current()));
    CHECK_FALSE(if_range_holds("W/\"abc\"", current()));
    CHECK_FALSE(if_range_holds("\"x\"", current()));
    CHECK(if_range_holds(kDate, current()));
    CHECK_FALSE(if_range_holds(kLater, current()));
    CHECK_FALSE(if_range_holds("x", current()));
    CHECK_FALSE(if_range_holds(kDate, {}));
}

TEST_CASE("parse_range: cuts ranges to the size (RFC 9110 14.1.2)") {
    using Ranges = std::vector<ByteRange>;
    const auto ranges = [](std::string_view field) {
        const RangeRequest request = parse_range(field, 10);
        CHECK(request.kind == RangeRequest::Kind::Satisfiable);
        return request.ranges;
    };
    CHECK(ranges("bytes=0-4") == Ranges{{0, 5}});
    CHECK(ranges("bytes=5-") == Ranges{{5, 5}});
    CHECK(ranges("bytes=-3") == Ranges{{7, 3}});
    CHECK(ranges("bytes=-30") == Ranges{{0, 10}});
    CHECK(ranges("bytes=9-99999999999999999999999") == Ranges{{9, 1}});
    CHECK(ranges("Bytes=0-0, 2-3 ,-1,") == Ranges{{0, 1}, {2, 2}, {9, 1}});
    CHECK(ranges("bytes=0-0,10-20") == Ranges{{0, 1}});
    CHECK(ranges("bytes=0-18446744073709551615") == Ranges{{0, 10}});
}

TEST_CASE("parse_range: tells what cannot be satisfied from what is ignored (RFC 9110 14.2)") {
    for (const std::string_view field : {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99-,-0"})
        CHECK(parse_range(field, 10).kind == RangeRequest::Kind::NotSatisfiable);
    CHECK(parse_range("bytes=0-", 0).kind == RangeRequest::Kind::NotSatisfiable);
    CHECK(parse_range("bytes=-1", 0).kind == RangeRequest::Kind::NotSatisfiable);
    for (const std::string_view field :
         {"", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=4-3", "bytes=0-4x",
          "bytes=+1-2", "bytes=1--2", "bytes 0-4", "items=0-4", "bytes=0-4,x", "bytes=0 - 4",
          "0-4"})
        CHECK_MESSAGE(parse_range(field, 10).kind == RangeRequest::Kind::Ignored, field);
    std::string many = "bytes=0-0";
    for (std::size_t i = 1; i < kMaxRanges; ++i) many += ",0-0";
    CHECK(parse_range(many, 10).ranges.size() == kMaxRanges);
    CHECK(parse_range(many + ",0-0", 10).kind == RangeRequest::Kind::Ignored);
}

TEST_CASE("content_range: names first, last and size (RFC 9110 14.4)") {
    CHECK(content_range({2, 3}, 10) == "bytes 2-4/10");
    CHECK(content_range_unsatisfied(10) == "bytes */10");
}
