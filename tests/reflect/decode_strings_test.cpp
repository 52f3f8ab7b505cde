// SPDX-License-Identifier: MIT
#include <pottle/reflect/constraints.hpp>
#include <pottle/reflect/decode_strings.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

enum class Order { Asc, Desc };
struct Search {
    Text<1, 10> q;
    Int<1, 100, 20> limit;
    std::optional<double> near;
    std::optional<Text<0, 5>> note;
    std::vector<std::string> tag;
    std::optional<List<int, 1, 2>> ids;
    Default<bool, false> exact;
    Default<Order, Order::Asc> order;

    void validate(Errors& errors) const {
        if (exact && q == "*") errors.add("q", "wildcard", "must be a word when exact");
    }
};

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

DecodeResult decode(const Pairs& pairs, Search& out) {
    return reflect::decode_strings(
        out, {&pairs, [](const void* context, std::string_view name,
                         std::vector<std::string_view>& values) {
                  for (const auto& [key, value] : *static_cast<const Pairs*>(context))
                      if (key == name) values.push_back(value);
              }});
}
std::string outcome(const Pairs& pairs) {
    Search out;
    const DecodeResult result = decode(pairs, out);
    std::string text = result ? "ok" : "invalid";
    for (const FieldError& e : result.errors) text += " [" + e.pointer + " " + e.code + "]";
    return text;
}

}  // namespace

TEST_CASE("decode_strings: fills members by name, lists with every value") {
    Search out;
    REQUIRE(decode({{"q", "x"},
                    {"limit", "7"},
                    {"near", "-1.5e1"},
                    {"tag", "a"},
                    {"tag", "b"},
                    {"exact", "on"},
                    {"order", "Desc"},
                    {"ids", "3"}},
                   out));
    CHECK(out.q == "x");
    CHECK(out.limit == 7);
    CHECK(out.near == -15.0);
    CHECK(out.tag == std::vector<std::string>{"a", "b"});
    CHECK(out.ids->front() == 3);
    CHECK(out.exact);
    CHECK(out.order == Order::Desc);
}

TEST_CASE("decode_strings: keeps defaults of what is absent") {
    Search out;
    REQUIRE(decode({{"q", "x"}, {"tag", "t"}}, out));
    CHECK(out.limit == 20);
    CHECK_FALSE(out.near);
    CHECK_FALSE(out.exact);
}

TEST_CASE("decode_strings: reports every mistake at once, as JSON does") {
    CHECK(outcome({{"limit", "101"}, {"near", "x"}, {"tag", "a"}}) ==
          "invalid [/q missing] [/limit range] [/near type]");
    CHECK(outcome({{"q", ""}, {"tag", "a"}}) == "invalid [/q length]");
    CHECK(outcome({{"q", "a"}, {"q", "b"}, {"tag", "a"}}) == "invalid [/q duplicate]");
    CHECK(outcome({{"q", "a"}, {"tag", "a"}, {"ids", "1"}, {"ids", "x"}, {"ids", "3"}}) ==
          "invalid [/ids/1 type] [/ids items]");
    CHECK(outcome({{"q", "a"}, {"tag", "a"}, {"order", "up"}, {"exact", "maybe"}}) ==
          "invalid [/exact type] [/order choice]");
}

TEST_CASE("decode_strings: an empty text is no value for an optional number, and a text else") {
    Search out;
    REQUIRE(decode({{"q", "x"}, {"tag", ""}, {"near", ""}, {"note", ""}}, out));
    CHECK_FALSE(out.near);
    CHECK(out.note == "");
    CHECK(out.tag == std::vector<std::string>{""});
    CHECK(outcome({{"q", "x"}, {"tag", ""}, {"limit", ""}}) == "invalid [/limit type]");
}

TEST_CASE("decode_strings: numbers are digits, not what C would read") {
    for (const std::string_view text :
         {"nan", "inf", "0x10", " 1", "1 ", "+1", "--1", "-", "1e", "1,5"}) {
        CAPTURE(text);
        CHECK(outcome({{"q", "x"}, {"tag", ""}, {"near", text}}) == "invalid [/near type]");
    }
    CHECK(outcome({{"q", "x"}, {"tag", ""}, {"near", "1e999"}}) == "invalid [/near range]");
}

TEST_CASE("decode_strings: runs validate when the members are right") {
    CHECK(outcome({{"q", "*"}, {"tag", ""}, {"exact", "1"}}) == "invalid [/q wildcard]");
    CHECK(outcome({{"q", "*"}, {"tag", ""}, {"exact", "1"}, {"limit", "0"}}) ==
          "invalid [/limit range]");
}
