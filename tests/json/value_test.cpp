// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/json/value.hpp>

#include <cmath>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
JsonValue parsed(std::string_view text) {
    auto value = JsonValue::parse(text);
    REQUIRE(value);
    return *value;
}
std::string again(std::string_view text, const JsonDumpOptions& options = {}) {
    return parsed(text).dump(options);
}
}  // namespace

TEST_CASE("JsonValue: parse and dump keep the order of keys and every kind of value") {
    constexpr std::string_view text =
        R"({"z":null,"a":[true,false,-1,18446744073709551615,1.5,"x"],"":{}})";
    CHECK(again(text) == text);
}

TEST_CASE("JsonValue: of a key that comes twice the last value wins, in the first place") {
    CHECK(again(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"k" + std::to_string(i % 30) + "\":" + std::to_string(i) + ",";
    const JsonValue value = parsed(many + R"("k0":-1})");
    CHECK(value.size() == 30);
    CHECK(value.as_object().begin()->key == "k0");
    CHECK(value.at("k0") == -1);
    CHECK(value.at("k5") == 95);
    CHECK(value.at("k29") == 89);
}

TEST_CASE("JsonValue: keeps integers of 64 bits and refuses those that need more") {
    CHECK(parsed("-9223372036854775808").as_int() == INT64_MIN);
    CHECK(parsed("18446744073709551615").as_uint() == UINT64_MAX);
    CHECK(JsonValue::parse("18446744073709551616").error().code == Errc::Malformed);
    CHECK_FALSE(JsonValue::parse("-9223372036854775809"));
    CHECK_FALSE(JsonValue::parse("1e309"));
    CHECK(parsed("0." + std::string(400, '0') + "1").as_double() == 0);
    CHECK_FALSE(JsonValue::parse("1" + std::string(400, '0') + "e-10"));
    CHECK(std::signbit(parsed("-0.0").as_double()));
}

TEST_CASE("JsonValue: compares numbers by value and objects without regard to order") {
    CHECK(JsonValue(1) == JsonValue(1.0));
    CHECK(JsonValue(1u) == JsonValue(1));
    CHECK(JsonValue(1) != JsonValue(1.5));
    CHECK(JsonValue(1) != JsonValue(true));
    CHECK(JsonValue(UINT64_MAX) != JsonValue(-1));
    // 2^63 as a double is not the largest int64, which it would be rounded to.
    CHECK(JsonValue(INT64_MAX) != JsonValue(0x1p63));
    CHECK(JsonValue(UINT64_MAX) != JsonValue(0x1p64));
    CHECK(parsed(R"({"a":1,"b":[2]})") == parsed(R"({"b":[2],"a":1.0})"));
    CHECK(parsed(R"({"a":1})") != parsed(R"({"a":1,"b":1})"));
    CHECK(parsed(R"({"a":1})") != parsed(R"({"b":1})"));
}

TEST_CASE("JsonValue: dumps indented, sorted or in ASCII when asked") {
    CHECK(again(R"({"b":[1,{}],"a":[]})", {.indent = 2}) ==
          "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": []\n}");
    CHECK(again(R"({"b":1,"a":{"d":1,"c":2}})", {.sort_keys = true}) ==
          R"({"a":{"c":2,"d":1},"b":1})");
    CHECK(again("\"\\u00e4\xE2\x82\xAC\xF0\x9F\x98\x80\\n\"", {.escape_ascii = true}) ==
          R"("\u00e4\u20ac\ud83d\ude00\n")");
}

TEST_CASE("JsonValue: finds by key, index and JSON Pointer (RFC 6901 5)") {
    const JsonValue value = parsed(
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
    struct Row {
        std::string_view pointer;
        JsonValue expected;
    };
    const Row rows[] = {{"/foo/0", "bar"}, {"/", 0},     {"/a~1b", 1}, {"/c%d", 2}, {"/e^f", 3},
                        {"/g|h", 4},       {"/i\\j", 5}, {"/k\"l", 6}, {"/ ", 7},   {"/m~0n", 8}};
    for (const Row& row : rows) {
        CAPTURE(row.pointer);
        REQUIRE(value.find_pointer(row.pointer));
        CHECK(*value.find_pointer(row.pointer) == row.expected);
    }
    CHECK(value.find_pointer("") == &value);
    for (const std::string_view bad : {"foo", "/foo/2", "/foo/00", "/foo/-", "/foo/0/x", "/m~n"})
        CHECK_FALSE(value.find_pointer(bad));
    CHECK_FALSE(value.find("absent"));
    CHECK_FALSE(value.find(0u));
    CHECK_THROWS_AS((void)value.at("absent"), LogicError);
    CHECK_THROWS_AS((void)value.at("foo").as_int(), LogicError);
}

TEST_CASE("JsonValue: null becomes an object or an array when a member or an item is added") {
    JsonValue value;
    value["a"]["b"] = 1;
    value["c"].push_back("x");
    value["c"].push_back(nullptr);
    CHECK(value.dump() == R"({"a":{"b":1},"c":["x",null]})");
    CHECK(value == JsonValue::object({{"a", JsonValue::object({{"b", 1}})},
                                      {"c", JsonValue::array({"x", nullptr})}}));
    CHECK(value.as_object().erase("a"));
    CHECK_FALSE(value.as_object().erase("a"));
    CHECK(value.size() == 1);
}

TEST_CASE("JsonValue: copies deeply and may be assigned a part of itself") {
    JsonValue value = parsed(R"({"a":{"b":[1,2]}})");
    JsonValue copy = value;
    copy["a"]["b"].push_back(3);
    CHECK(value.at("a").at("b").size() == 2);
    value = value.at("a");
    CHECK(value.dump() == R"({"b":[1,2]})");
    value = JsonValue(value.at("b").at(1u));
    CHECK(value == 2);
}

TEST_CASE("JsonValue: a million levels are destroyed without recursion, and dump refuses them") {
    JsonValue value = 1;
    for (int i = 0; i < 1'000'000; ++i) {
        JsonArray outer;
        outer.push_back(std::move(value));
        value = std::move(outer);
    }
    CHECK_THROWS_AS((void)value.dump(), LogicError);
    value = nullptr;
    CHECK(value.is_null());
}
