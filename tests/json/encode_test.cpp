// SPDX-License-Identifier: MIT
#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>
#include <pottle/reflect/constraints.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <variant>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
struct Message {
    std::string_view message;
};
enum class Level : std::int8_t { Low, High };
struct Circle {
    static constexpr std::string_view tag = "circle";
    double radius = 0;
};
struct Empty {};
struct Patch {
    std::optional<std::optional<int>> first;
    std::optional<int> second;
    std::optional<std::optional<int>> third;
};
struct Kinds {
    bool yes = true;
    std::int8_t small = -128;
    std::uint64_t big = 18446744073709551615u;
    float single = 0.1f;
    double real = 0.1;
    Text<1, 5> text = "a\"b";
    Level level = Level::High;
    std::optional<int> none;
    std::vector<int> list = {1, 2};
    std::map<std::string, int> map = {{"k", 1}};
    std::variant<Circle, Empty> shape = Circle{2};
    std::chrono::sys_seconds at;
    std::chrono::milliseconds wait{1500};
    Uuid id;
    Int<0, 9, 5> number;
    Decimal exact = "1.50";
    JsonValue any = JsonArray{1, nullptr};
    Empty empty;
};
}  // namespace

TEST_CASE("json::encode: writes members in declaration order, without spaces or newline") {
    CHECK(json::encode(Message{"Hello, World!"}) == R"({"message":"Hello, World!"})");
    CHECK(json::encode(Kinds{}) ==
          R"({"yes":true,"small":-128,"big":18446744073709551615,"single":0.1,"real":0.1,)"
          R"("text":"a\"b","level":"High","none":null,"list":[1,2],"map":{"k":1},)"
          R"("shape":{"type":"circle","radius":2.0},"at":"1970-01-01T00:00:00Z","wait":"PT1.5S",)"
          R"("id":"00000000-0000-0000-0000-000000000000","number":5,"exact":"1.50",)"
          R"("any":[1,null],"empty":{}})");
}

TEST_CASE("json::encode: appends to what the string holds") {
    std::string out = "x";
    json::encode(out, 7);
    json::encode(out, std::vector<std::string>{"a"});
    CHECK(out == R"(x7["a"])");
}

TEST_CASE("json::encode: escapes what RFC 8259 7 demands and nothing else") {
    std::string all;
    for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
    CHECK(json::encode(all) ==
          "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e"
          "\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a"
          "\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMN"
          "OPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f\"");
    const std::string raw = "\u00e4\u00f6\u00fc \u20ac \U0001f600";
    CHECK(json::encode(raw) == '"' + raw + '"');
    // The escape may stand at any place relative to the eight bytes that are looked at together.
    for (std::size_t i = 0; i < 20; ++i) {
        std::string text(20, 'x');
        text[i] = '\n';
        CHECK(json::encode(text) ==
              "\"" + std::string(i, 'x') + "\\n" + std::string(19 - i, 'x') + "\"");
    }
}

TEST_CASE("json::encode: replaces what is not UTF-8 by U+FFFD") {
    CHECK(json::encode(std::string("a\xff"
                                   "b")) ==
          "\"a\xEF\xBF\xBD"
          "b\"");
    CHECK(json::encode(std::string("\xE2\x82")) == "\"\xEF\xBF\xBD\"");
    CHECK(json::encode(std::string("\"\xC0\x80")) == "\"\\\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(json::encode(std::string("\xED\xA0\x80")) == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("json::encode: writes the shortest double that reads back the same, null for no number") {
    for (const double d : {0.1, 1e300, 5e-324, 1.7976931348623157e308, 123456.789, -0.0, 1e15}) {
        double back = 1;
        REQUIRE(json::decode(json::encode(d), back));
        CHECK(back == d);
        CHECK(std::signbit(back) == std::signbit(d));
    }
    CHECK(json::encode(1.0) == "1.0");
    CHECK(json::encode(1e100) == "1e+100");
    CHECK(json::encode(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(json::encode(-std::numeric_limits<double>::infinity()) == "null");
    CHECK(json::encode(std::numeric_limits<float>::infinity()) == "null");
}

TEST_CASE("json::encode: leaves out an empty optional of an optional, writes a plain one as null") {
    CHECK(json::encode(Patch{}) == R"({"second":null})");
    CHECK(json::encode(Patch{.first = std::optional<int>(), .second = {}, .third = 3}) ==
          R"({"first":null,"second":null,"third":3})");
}

TEST_CASE("json::encode: writes an enum value without a name as null") {
    CHECK(json::encode(static_cast<Level>(-1)) == "null");
    CHECK(json::encode(Level::Low) == "\"Low\"");
}
