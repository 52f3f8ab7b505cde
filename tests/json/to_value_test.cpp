// SPDX-License-Identifier: MIT
#include <pottle/base/chrono.hpp>
#include <pottle/base/uuid.hpp>
#include <pottle/json/to_value.hpp>

#include <array>
#include <map>
#include <optional>
#include <variant>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

enum class Colour { Red, Green };
struct Circle {
    int radius;
};
struct Square {
    int side;
};
struct Everything {
    bool flag = true;
    std::int8_t small = -8;
    std::uint64_t large = 1ULL << 63;
    float ratio = 0.5F;
    double nothing = 0.0 / 0.0;
    std::string text = "\u00e9";
    Colour colour = Colour::Green;
    std::vector<int> list = {1, 2};
    std::array<int, 2> array = {3, 4};
    std::map<std::string, int> map = {{"a", 1}};
    std::optional<Circle> circle = {};
    std::variant<Circle, Square> shape = Square{2};
    Uuid uuid{};
    std::chrono::sys_seconds time{Seconds(1577934245)};
    JsonValue dynamic = JsonValue::array({1});
};

}  // namespace

TEST_CASE("to_value: makes the document that encode() writes") {
    const Everything value;
    CHECK(json::to_value(value).dump() == json::encode(value));
    CHECK(json::to_value(5) == JsonValue(5));
    CHECK(json::to_value(std::vector<std::string>{"a"}) == JsonValue::array({"a"}));
}

TEST_CASE("to_value: times in a form of one's own") {
    const auto seconds = [](reflect::TimeValue time) { return std::to_string(time.seconds); };
    const std::chrono::sys_seconds time{Seconds(1577934245)};
    CHECK(json::to_value(time, seconds) == JsonValue("1577934245"));
    CHECK(json::to_value(time) == JsonValue("2020-01-02T03:04:05Z"));
}
