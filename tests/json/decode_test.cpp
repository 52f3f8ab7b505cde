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

struct NewTodo {
    Text<1, 8> title;
    std::optional<Int<1, 5>> priority;
};
struct Strict {
    static constexpr bool strict = true;
    int number = 0;
};
struct Numbers {
    std::optional<std::int8_t> small;
    std::optional<std::uint64_t> big;
    std::optional<std::int64_t> wide;
    std::optional<float> single;
    std::optional<double> real;
    std::optional<Int<-9, -3>> below_zero;
    std::optional<Int<3, 9>> above_zero;
    std::optional<Real<0.5, 2>> ratio;
    std::optional<Decimal> exact;
};
enum class Role { Guest, Member, Admin };
struct Inner {
    std::string name;
    std::vector<int> scores;
};
struct Circle {
    static constexpr std::string_view tag = "circle";
    double radius = 0;
};
struct Square {
    double side = 0;
};
struct Node {
    std::string name;
    std::vector<Node> children;

    friend bool operator==(const Node&, const Node&) = default;
};
struct Everything {
    std::optional<Role> role;
    std::optional<Inner> inner;
    std::optional<std::vector<Inner>> list;
    std::optional<std::array<int, 2>> pair;
    std::optional<std::map<std::string, int>> counts;
    std::optional<std::variant<Circle, Square>> shape;
    std::optional<std::chrono::sys_seconds> at;
    std::optional<std::chrono::milliseconds> wait;
    std::optional<Uuid> id;
    std::optional<Choice<"red", "green">> colour;
    std::optional<List<int, 1, 2>> few;
    std::optional<Pattern<"[a-z]+">> slug;
    std::optional<Email> mail;
    std::optional<UrlText> link;
    std::optional<std::optional<int>> patch;
    std::optional<JsonValue> anything;
    std::optional<Node> tree;
};

/// "ok", or the status and every error as "pointer code".
template <class T>
std::string outcome(std::string_view text, const json::DecodeOptions& options = {}) {
    T value{};
    const DecodeResult result = json::decode(text, value, options);
    if (result) return "ok";
    std::string out = result.status == DecodeStatus::Malformed ? "malformed" : "invalid";
    for (const FieldError& e : result.errors) out += " [" + e.pointer + " " + e.code + "]";
    return out;
}

template <class T>
T decoded(std::string_view text) {
    T value{};
    const DecodeResult result = json::decode(text, value);
    REQUIRE(result);
    return value;
}

struct Row {
    std::string_view text;
    std::string_view expected;
};

}  // namespace

TEST_CASE("json::decode: reports every mistake of a body at once, each with its pointer") {
    CHECK(outcome<NewTodo>(R"({"title":"x"})") == "ok");
    CHECK(outcome<NewTodo>(R"({"priority":9})") == "invalid [/priority range] [/title missing]");
    CHECK(outcome<NewTodo>(R"({"title":"","priority":"1"})") ==
          "invalid [/title length] [/priority type]");
    CHECK(outcome<Everything>(
              R"({"list":[{"name":1,"scores":[1,"x",2.5]},{"scores":[]}],"a/b":1})") ==
          "invalid [/list/0/name type] [/list/0/scores/1 type] [/list/0/scores/2 type] "
          "[/list/1/name missing]");
}

static std::string umlauts(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "\u00e4";
    return text;
}

TEST_CASE("json::decode: counts text in code points") {
    CHECK(outcome<NewTodo>("{\"title\":\"" + umlauts(8) + "\"}") == "ok");
    CHECK(outcome<NewTodo>("{\"title\":\"" + umlauts(9) + "\"}") == "invalid [/title length]");
}

TEST_CASE(
    "json::decode: ignores unknown members but not their syntax, and refuses them if strict") {
    CHECK(outcome<NewTodo>(R"({"title":"x","more":{"a":[1,{"b":"\u0041"}]}})") == "ok");
    CHECK(
        outcome<NewTodo>(R"({"title":"x","more":{"a":[1,{"b":"\x"}]}})").starts_with("malformed"));
    CHECK(outcome<NewTodo>(R"({"title":"x","more":01})").starts_with("malformed"));
    CHECK(outcome<NewTodo>(R"({"title":"x","more":[1,]})").starts_with("malformed"));
    CHECK(outcome<Strict>(R"({"number":1,"x~y/z":{"a":1}})") == "invalid [/x~0y~1z unknown]");
}

TEST_CASE("json::decode: refuses a key that comes twice") {
    CHECK(outcome<NewTodo>(R"({"title":"a","title":"b"})") == "invalid [/title duplicate]");
    CHECK(outcome<NewTodo>(R"({"title":"a","t\u0069tle":"b"})") == "invalid [/title duplicate]");
    CHECK(outcome<Everything>(R"({"counts":{"a":1,"b":2,"a":3}})") ==
          "invalid [/counts/a duplicate]");
}

TEST_CASE("json::decode: understands escaped keys and keys in any order") {
    CHECK(decoded<NewTodo>(R"({"pri\u006frity":3,"\u0074itle":"x"})").priority == 3);
    CHECK(decoded<NewTodo>(" { \"priority\" : 3 , \"title\" : \"x\" } \n").title == "x");
}

TEST_CASE("json::decode: keeps numbers within their types and constraints") {
    constexpr Row rows[] = {
        {R"({"small":127})", "ok"},
        {R"({"small":128})", "invalid [/small range]"},
        {R"({"small":-128})", "ok"},
        {R"({"small":-129})", "invalid [/small range]"},
        {R"({"small":1e2})", "ok"},
        {R"({"small":1.50})", "invalid [/small type]"},
        {R"({"small":-0})", "ok"},
        {R"({"small":true})", "invalid [/small type]"},
        {R"({"small":1e400})", "invalid [/small range]"},
        {R"({"big":18446744073709551615})", "ok"},
        {R"({"big":18446744073709551616})", "invalid [/big range]"},
        {R"({"big":-1})", "invalid [/big range]"},
        {R"({"wide":-9223372036854775808})", "ok"},
        {R"({"wide":-9223372036854775809})", "invalid [/wide range]"},
        {R"({"wide":9223372036854775808})", "invalid [/wide range]"},
        {R"({"wide":123456789012345678901234567890})", "invalid [/wide range]"},
        {R"({"real":123456789012345678901234567890})", "ok"},
        {R"({"real":1e309})", "invalid [/real range]"},
        {R"({"real":1e-400})", "ok"},
        {R"({"real":NaN})", "malformed [/real syntax]"},
        {R"({"real":Infinity})", "malformed [/real syntax]"},
        {R"({"real":-Infinity})", "malformed [/real syntax]"},
        {R"({"real":"1"})", "invalid [/real type]"},
        {R"({"single":1e39})", "invalid [/single range]"},
        {R"({"below_zero":-3})", "ok"},
        {R"({"below_zero":-2})", "invalid [/below_zero range]"},
        {R"({"below_zero":0})", "invalid [/below_zero range]"},
        {R"({"below_zero":3})", "invalid [/below_zero range]"},
        {R"({"below_zero":-10})", "invalid [/below_zero range]"},
        {R"({"above_zero":3})", "ok"},
        {R"({"above_zero":2})", "invalid [/above_zero range]"},
        {R"({"above_zero":-3})", "invalid [/above_zero range]"},
        {R"({"ratio":2})", "ok"},
        {R"({"ratio":0.49})", "invalid [/ratio range]"},
        {R"({"exact":"12.50"})", "ok"},
        {R"({"exact":12.50})", "ok"},
        {R"({"exact":1e5})", "invalid [/exact format]"},
        {R"({"exact":".5"})", "invalid [/exact format]"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(outcome<Numbers>(row.text) == row.expected);
    }
    CHECK(std::signbit(*decoded<Numbers>(R"({"real":-0})").real));
    CHECK(decoded<Numbers>(R"({"exact":12.50})").exact == "12.50");
    CHECK(decoded<Numbers>(R"({"small":-128})").small == -128);
}

TEST_CASE("json::decode: reads every kind of member and names what is wrong with it") {
    constexpr Row rows[] = {
        {R"({"role":"Admin"})", "ok"},
        {R"({"role":"Root"})", "invalid [/role choice]"},
        {R"({"role":2})", "invalid [/role type]"},
        {R"({"inner":[]})", "invalid [/inner type]"},
        {R"({"inner":null})", "ok"},
        {R"({"inner":{"name":null,"scores":[]}})", "invalid [/inner/name type]"},
        {R"({"pair":[1,2]})", "ok"},
        {R"({"pair":[1]})", "invalid [/pair items]"},
        {R"({"pair":[1,2,3]})", "invalid [/pair items]"},
        {R"({"counts":{"a":1,"b":"x"}})", "invalid [/counts/b type]"},
        {R"({"shape":{"type":"circle","radius":1}})", "ok"},
        {R"({"shape":{"side":1,"type":"Square"}})", "ok"},
        {R"({"shape":{"side":1}})", "invalid [/shape/type missing]"},
        {R"({"shape":{"type":"oval","side":1}})", "invalid [/shape/type tag]"},
        {R"({"shape":{"type":1,"side":1}})", "invalid [/shape/type tag]"},
        {R"({"shape":{"type":"circle","radius":"x"}})", "invalid [/shape/radius type]"},
        {R"({"at":"2026-01-31T09:30:00Z"})", "ok"},
        {R"({"at":"2026-02-31T09:30:00Z"})", "invalid [/at format]"},
        {R"({"wait":"PT1.5S"})", "ok"},
        {R"({"id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"})", "ok"},
        {R"({"id":"f81d4fae7dec11d0a76500a0c91e6bf6"})", "invalid [/id format]"},
        {R"({"colour":"blue"})", "invalid [/colour choice]"},
        {R"({"few":[]})", "invalid [/few items]"},
        {R"({"few":[1,2,3]})", "invalid [/few items]"},
        {R"({"slug":"ab1"})", "invalid [/slug pattern]"},
        {R"({"mail":"a@b"})", "ok"},
        {R"({"mail":"a@"})", "invalid [/mail format]"},
        {R"({"link":"https://example.org/x?y#z"})", "ok"},
        {R"({"link":"javascript:alert"})", "invalid [/link format]"},
        {R"({"anything":{"a":[1,2]}})", "ok"},
        {R"({"anything":{"a":[1,1e999]}})", "invalid [/anything/a/1 range]"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(outcome<Everything>(row.text) == row.expected);
    }
}

TEST_CASE("json::decode: stores what it reads") {
    const auto e = decoded<Everything>(R"({"role":"Member","inner":{"name":"n","scores":[1,2]},
        "pair":[3,4],"counts":{"a":5},"shape":{"side":6,"type":"Square"},
        "at":"1970-01-02T00:00:00Z","wait":"PT1.5S","few":[7],"anything":[8]})");
    CHECK(e.role == Role::Member);
    CHECK(e.inner->name == "n");
    CHECK(e.inner->scores == std::vector{1, 2});
    CHECK(*e.pair == std::array{3, 4});
    CHECK(e.counts->at("a") == 5);
    CHECK(std::get<Square>(*e.shape).side == 6);
    CHECK(e.at->time_since_epoch().count() == 86400);
    CHECK(e.wait->count() == 1500);
    CHECK(e.few->front() == 7);
    CHECK(e.anything->at(0u) == 8);
}

TEST_CASE("json::decode: an optional of an optional tells null from absent") {
    CHECK_FALSE(decoded<Everything>("{}").patch);
    CHECK(decoded<Everything>(R"({"patch":null})").patch ==
          std::optional<std::optional<int>>(std::optional<int>()));
    CHECK(**decoded<Everything>(R"({"patch":3})").patch == 3);
}

TEST_CASE("json::decode: a malformed document gives the one place where it breaks (RFC 8259)") {
    constexpr Row rows[] = {
        {"", "malformed [ syntax]"},
        {"{", "malformed [ syntax]"},
        {R"({"title":"x"} x)", "malformed [ trailing]"},
        {R"({"title":"x"}{})", "malformed [ trailing]"},
        {R"({"title":"x",})", "malformed [ syntax]"},
        {R"({title:"x"})", "malformed [ syntax]"},
        {R"({"title" "x"})", "malformed [ syntax]"},
        {R"({"title":'x'})", "malformed [/title syntax]"},
        {R"({"title":"x)", "malformed [/title syntax]"},
        {"{\"title\":\"\x01\"}", "malformed [/title syntax]"},
        {"{\"title\":\"\xff\"}", "malformed [ encoding]"},
        {R"({"title":"\ud800"})", "malformed [/title encoding]"},
        {R"({"title":"\udc00"})", "malformed [/title encoding]"},
        {R"({"title":"\ud800\u0041"})", "malformed [/title encoding]"},
        {R"({"title":"\ud83d\ude00"})", "ok"},
        {"\xEF\xBB\xBF{}", "malformed [ syntax]"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(outcome<NewTodo>(row.text) == row.expected);
    }
}

TEST_CASE("json::decode: refuses what is nested more than max_depth deep, also where it skips") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(outcome<std::vector<int>>("[]", {.max_depth = 1}) == "ok");
    CHECK(outcome<NewTodo>(R"({"title":"x","y":)" + nested(63) + "}") == "ok");
    CHECK(outcome<NewTodo>(R"({"title":"x","y":)" + nested(64) + "}") == "malformed [ depth]");
    CHECK(outcome<JsonValue>(nested(64)) == "ok");
    CHECK(outcome<JsonValue>(nested(65)).ends_with("depth]"));
    CHECK(outcome<JsonValue>(nested(1000), {.max_depth = 1'000'000}) == "ok");
    CHECK(outcome<JsonValue>(nested(1001), {.max_depth = 1'000'000}).ends_with("depth]"));
}

TEST_CASE("json::decode: stops counting errors at max_errors") {
    std::string text = "[";
    for (int i = 0; i < 500; ++i) text += "\"x\",";
    text += "1]";
    std::vector<int> out;
    CHECK(json::decode(text, out).errors.size() == kMaxErrors);
    CHECK(json::decode(text, out, {.max_errors = 3}).errors.size() == 3);
}

TEST_CASE("json::decode: reads itself recursively") {
    const auto tree =
        decoded<Everything>(R"({"tree":{"name":"a","children":[{"name":"b","children":[]}]}})");
    CHECK(*tree.tree == Node{"a", {Node{"b", {}}}});
}
