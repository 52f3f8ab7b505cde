// SPDX-License-Identifier: MIT
// The categories of the JSON Parsing Test Suite (seriot.ch, "Parsing JSON is a Minefield"): texts
// that RFC 8259 accepts, refuses, and leaves to the implementation.
#include <pottle/json/value.hpp>

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace pottle;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view kAccepted[] = {
    // arrays and objects
    "[[]   ]",
    R"([""])",
    "[]",
    R"(["a"])",
    "[false]",
    R"([null, 1, "1", {}])",
    "[null]",
    "[1\n]",
    " [1]",
    "[1,null,null,null,2]",
    "[2] ",
    R"({"asd":"sdf", "dfg":"fgh"})",
    R"({"asd":"sdf"})",
    R"({"a":"b","a":"c"})",
    R"({"a":"b","a":"b"})",
    "{}",
    R"({"":0})",
    R"({"foo\u0000bar": 42})",
    R"({ "min": -1.0e+28, "max": 1.0e+28 })",
    R"({"x":[{"id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}], "id": "xxxxxxxx"})",
    R"({"a":[]})",
    R"({"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430" })",
    "{\n\"a\": \"b\"\n}",
    // numbers
    "[123e65]",
    "[0e+1]",
    "[0e1]",
    "[ 4]",
    "[-0.000000000000000000000000000000000000000000000001]",
    "[20e1]",
    "[-0]",
    "[-123]",
    "[-1]",
    "[-0]",
    "[1E22]",
    "[1E-2]",
    "[1E+2]",
    "[123e45]",
    "[123.456e78]",
    "[1e-2]",
    "[1e+2]",
    "[123]",
    "[123.456789]",
    // strings
    R"(["\u0060\u012a\u12AB"])",
    R"(["\uD801\udc37"])",
    R"(["\ud83d\ude39\ud83d\udc8d"])",
    R"(["\"\\\/\b\f\n\r\t"])",
    R"(["\\u0000"])",
    R"(["\""])",
    R"(["a/*b*/c/*d//e"])",
    R"(["\\a"])",
    R"(["\\n"])",
    R"(["\u0012"])",
    R"(["\uFFFF"])",
    R"(["asd"])",
    R"([ "asd"])",
    R"(["\uDBFF\uDFFF"])",
    R"(["new\u00A0line"])",
    "[\"\xF4\x8F\xBF\xBF\"]",
    "[\"\xEF\xBF\xBF\"]",
    R"(["\u0000"])",
    R"(["\u002c"])",
    "[\"\xCF\x80\"]",
    "[\"\xF0\x9B\xBF\xBF\"]",
    R"(["asd "])",
    R"(" ")",
    R"(["\uD834\uDd1e"])",
    R"(["\u0821"])",
    R"(["\u0123"])",
    "[\"\xE2\x80\xA8\"]",
    "[\"\xE2\x80\xA9\"]",
    R"(["\u0061\u30af\u30EA\u30b9"])",
    "[\"new\\u000Aline\"]",
    "[\"\x7F\"]",
    R"(["\uA66D"])",
    R"(["\u005C"])",
    "[\"\xE2\x8D\x82\xE3\x88\xB4\xE2\x8D\x82\"]",
    R"(["\uDBFF\uDFFE"])",
    R"(["\uD83F\uDFFE"])",
    R"(["\u200B"])",
    R"(["\u2064"])",
    R"(["\uFDD0"])",
    R"(["\uFFFE"])",
    R"(["\u0022"])",
    "[\"\xE2\x82\xAC\xF0\x9D\x84\x9E\"]",
    "[\"a\x7F"
    "a\"]",
    // whole texts
    "false",
    "42",
    "-0.1",
    "null",
    R"("asd")",
    "true",
    R"("")",
    "[\"a\"]\n",
    "[true]",
    " [] ",
    "\t[\r\n]\t",
};

constexpr std::string_view kRefused[] = {
    // arrays
    "[1 true]",
    "[a\xE5]",
    R"(["": 1])",
    R"([""],)",
    "[,1]",
    "[1,,2]",
    R"(["x",,])",
    R"(["x"]])",
    R"(["",])",
    R"(["x")",
    "[x",
    "[3[4]]",
    "[\xFF]",
    "[1:2]",
    "[,]",
    "[-]",
    "[   , \"\"]",
    "[\"a\",\n4\n,1,",
    "[1,]",
    "[1,,]",
    "[\"\x0B"
    "a\"\\f]",
    "[*]",
    R"([""")",
    "[1,",
    "[1,\n1\n,1",
    "[{}",
    "[fals]",
    "[nul]",
    "[tru]",
    // numbers
    "123\0"sv,
    "[++1234]",
    "[+1]",
    "[+Inf]",
    "[-01]",
    "[-1.0.]",
    "[-2.]",
    "[-NaN]",
    "[.-1]",
    "[.2e-3]",
    "[0.1.2]",
    "[0.3e+]",
    "[0.3e]",
    "[0.e1]",
    "[0E+]",
    "[0E]",
    "[0e+]",
    "[0e]",
    "[1.0e+]",
    "[1.0e-]",
    "[1.0e]",
    "[1 000.0]",
    "[1eE2]",
    "[2.e+3]",
    "[2.e-3]",
    "[2.e3]",
    "[9.e+]",
    "[Inf]",
    "[NaN]",
    "[\xEF\xBC\x91]",
    "[1+2]",
    "[0x1]",
    "[0x42]",
    "[Infinity]",
    "[0e+-1]",
    "[-123.123foo]",
    "[123\xE5]",
    "[1e1\xE5]",
    "[0\xE5]",
    "[-Infinity]",
    "[-foo]",
    "[- 1]",
    "[-012]",
    "[-.123]",
    "[-1x]",
    "[1ea]",
    "[1e\xE5]",
    "[1.]",
    "[.123]",
    "[1.2a-3]",
    "[1.8011670033376514H-308]",
    "[012]",
    // objects
    R"(["x", truth])",
    "{[: \"x\"}\n",
    R"({"x", null})",
    R"({"x"::"b"})",
    "{\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD}",
    R"({"a":"a" 123})",
    "{key: 'value'}",
    "{\"\xB9\":\"0\",}",
    R"({"a" b})",
    R"({:"b"})",
    R"({"a" "b"})",
    R"({"a":)",
    R"({"a")",
    "{1:1}",
    "{9999E9999:1}",
    "{null:null,null:null}",
    R"({"id":0,,,,,})",
    "{'a':0}",
    R"({"id":0,})",
    R"({"a":"b"}/**/)",
    R"({"a":"b"}/**//)",
    R"({"a":"b"}//)",
    R"({"a":"b"}/)",
    R"({"a":"b",,"c":"d"})",
    R"({a: "b"})",
    R"({"a":"a)",
    R"({ "foo" : "bar", "a" })",
    R"({"a":"b"}#)",
    " ",
    "{\"a\":true} \"x\"",
    // strings
    R"(["\uD800\"])",
    R"(["\uD800\u"])",
    R"(["\uD800\u1"])",
    R"(["\uD800\u1x"])",
    "[\xC3\xA9]",
    "[\"\\\0\"]"sv,
    R"(["\x00"])",
    R"(["\\\"])",
    "[\"\\\t\"]",
    "[\"\\\xF0\x9F\x8C\x80\"]",
    R"(["\"])",
    R"(["\u00A"])",
    R"(["\uD834\uDd"])",
    R"(["\uD800\uD800\x"])",
    "[\"\\u\xE5\"]",
    R"(["\a"])",
    R"(["\uqqqq"])",
    "[\"\\\xE5\"]",
    R"([\u0020"asd"])",
    R"([\n])",
    R"(")",
    R"(['single quote'])",
    "abc",
    R"(["\)",
    "[\"a\0a\"]"sv,
    "[\"new\nline\"]",
    "[\"\t\"]",
    R"("\UA66D")",
    R"(""x)",
    // whole texts
    "<.>",
    "[<null>]",
    "[1]x",
    "[1]]",
    R"(["asd])",
    "a\xC3\xA5",
    "[True]",
    "1]",
    R"({"x": true,)",
    "[][]",
    "]",
    "\xEF\xBB\xBF{}",
    "\xEF\xBB\xBF",
    "\xE5",
    "[",
    "",
    "[\0]"sv,
    "2@",
    "{}}",
    R"({"":)",
    R"({"a":/*comment*/"b"})",
    R"({"a": true} "x")",
    "['",
    "[,",
    "[{",
    R"(["a)",
    R"(["a")",
    "{",
    "{]",
    "{,",
    "{[",
    R"({"a)",
    "{'a'",
    R"(["\{["\{["\{["\{)",
    "\xE9",
    "*",
    R"({"a":"b"}#{})",
    "[\\u000A\"\"]",
    "[1",
    R"([ false, nul)",
    R"([ true, fals)",
    R"([ false, tru)",
    R"({"asd":"asd")",
    "\xC3\xA5",
    "[\xE2\x81\xA0]",
    "[\x0C]",
    "[\xC2\xA0]",
};

/// What the suite leaves open: Pottle accepts what loses nothing and refuses the rest.
constexpr struct {
    std::string_view text;
    bool is_accepted;
} kOpen[] = {
    {"[123.456e-789]", true},  // too small is zero
    {"[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999]",
     false},
    {"[-1e+9999]", false},
    {"[1.5e+9999]", false},
    {"[-123123e100000]", false},
    {"[100000000000000000000]", false},
    {"[-237462374673276894279832749832423479823246327846]", false},
    {R"(["\uDADA"])", false},
    {R"(["\uD888\u1234"])", false},
    {R"(["\uD800\n"])", false},
    {R"(["\uDd1ea"])", false},
    {R"(["\ud800abc"])", false},
    {R"(["\uDd1e\uD834"])", false},
    {R"(["\uDFAA"])", false},
    {"[\"\xFF\"]", false},
    {"[\"\xED\xA0\x80\"]", false},
    {"[\"\xC0\xAF\"]", false},
    {"[\"\xF4\xBF\xBF\xBF\"]", false},
    {"[\"\xE6\x97\xA5\xD1\x88\xFA\"]", false},
    {"\xFF\xFE[\0\"\0\xE9\0\"\0]\0"sv, false},
};

}  // namespace

TEST_CASE("JsonValue::parse: accepts what RFC 8259 accepts") {
    for (const std::string_view text : kAccepted) {
        CAPTURE(text);
        CHECK(JsonValue::parse(text).has_value());
    }
}

TEST_CASE("JsonValue::parse: refuses what RFC 8259 refuses, and blames the peer") {
    for (const std::string_view text : kRefused) {
        CAPTURE(text);
        const auto value = JsonValue::parse(text);
        REQUIRE_FALSE(value.has_value());
        CHECK(value.error().blame == Blame::Peer);
    }
    CHECK_FALSE(JsonValue::parse(std::string(100'000, '[')));
    std::string objects;
    for (int i = 0; i < 50'000; ++i) objects += "[{\"\":";
    CHECK_FALSE(JsonValue::parse(objects));
}

TEST_CASE("JsonValue::parse: refuses every proper prefix of a document") {
    constexpr std::string_view text =
        R"({"a":[1.5e-3,"\u00e4\ud83d\ude00",{"b":null}],"c":true,"d":false})";
    REQUIRE(JsonValue::parse(text));
    for (std::size_t length = 0; length < text.size(); ++length) {
        // A copy of exactly this length, so that reading past its end is found.
        const std::vector<char> prefix(text.begin(), text.begin() + static_cast<long>(length));
        CHECK_FALSE(JsonValue::parse({prefix.data(), prefix.size()}));
    }
}

TEST_CASE("JsonValue::parse: decides what RFC 8259 leaves open") {
    for (const auto& [text, is_accepted] : kOpen) {
        CAPTURE(text);
        CHECK(JsonValue::parse(text).has_value() == is_accepted);
    }
    CHECK_FALSE(JsonValue::parse(std::string(500, '[') + std::string(500, ']')));
}
