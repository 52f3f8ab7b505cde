// SPDX-License-Identifier: MIT
#include <pottle/app/path_value.hpp>

#include <limits>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
constexpr long long kMin = std::numeric_limits<long long>::min();
constexpr long long kMax = std::numeric_limits<long long>::max();
}  // namespace

TEST_CASE("parse_path_integer: reads digits within the bounds and nothing else (RT-11, RT-12)") {
    long long value = 0;
    REQUIRE(parse_path_integer("007", value, kMin, kMax));
    CHECK(value == 7);
    REQUIRE(parse_path_integer("-9223372036854775808", value, kMin, kMax));
    CHECK(value == kMin);
    REQUIRE(parse_path_integer("127", value, -128, 127));
    CHECK_FALSE(parse_path_integer("128", value, -128, 127));
    CHECK_FALSE(parse_path_integer("-129", value, -128, 127));
    for (const char* text :
         {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "--1", "9223372036854775808", "\xd9\xa3"})
        CHECK_FALSE_MESSAGE(parse_path_integer(text, value, kMin, kMax), std::string(text));
}

TEST_CASE("parse_path_unsigned: reaches the end of the type") {
    unsigned long long value = 0;
    REQUIRE(parse_path_unsigned("18446744073709551615", value, ~0ull));
    CHECK(value == ~0ull);
    CHECK_FALSE(parse_path_unsigned("18446744073709551616", value, ~0ull));
    CHECK_FALSE(parse_path_unsigned("-1", value, ~0ull));
    CHECK_FALSE(parse_path_unsigned("256", value, 255));
}

TEST_CASE("parse_path_real: needs digits on both sides of the point (RT-11, RT-12)") {
    double value = 0;
    REQUIRE(parse_path_real("1.5", value));
    CHECK(value == 1.5);
    REQUIRE(parse_path_real("-0.25", value));
    CHECK(value == -0.25);
    for (const char* text : {"", "1", "1.", ".5", "1.5e3", "inf", "nan", "1.5.5", "+1.5", "0x1.8"})
        CHECK_FALSE_MESSAGE(parse_path_real(text, value), std::string(text));
    CHECK_FALSE(parse_path_real(std::string(400, '9') + ".0", value));
}

TEST_CASE("parse_path_uuid: reads any case and refuses every other shape (RT-11)") {
    const std::string text = "0F8fad5b-d9cb-469f-a165-70867728950e";
    unsigned char uuid[16];
    REQUIRE(parse_path_uuid(text, uuid));
    CHECK(uuid[0] == 0x0f);
    CHECK(uuid[1] == 0x8f);
    CHECK(uuid[8] == 0xa1);
    CHECK(uuid[15] == 0x0e);
    CHECK_FALSE(parse_path_uuid(text.substr(1), uuid));
    CHECK_FALSE(parse_path_uuid(text + "0", uuid));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string broken = text;
        broken[i] = 'g';
        CHECK_FALSE_MESSAGE(parse_path_uuid(broken, uuid), broken);
    }
}
