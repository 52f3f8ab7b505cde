// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/http/field.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/method.hpp>
#include <pottle/http/status.hpp>
#include <pottle/http/token.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace std::string_view_literals;

TEST_CASE("Headers: names have no case and keep the one given (RFC 9110 5.1)") {
    Headers headers{{"X-One", "1"}, {"x-one", "2"}};
    CHECK(headers.find("X-ONE") == "1");
    CHECK(headers.get_all("x-One") == std::vector<std::string_view>{"1", "2"});
    CHECK(headers.begin()->name == "X-One");
    CHECK_FALSE(headers.find("X-On"));
    CHECK(headers.get("absent", "fallback") == "fallback");
    CHECK(headers.at("x-one") == "1");
    CHECK_THROWS_AS((void)headers.at("absent"), LogicError);
}

TEST_CASE("Headers: set() replaces in the place of the first, set_default() does not replace") {
    Headers headers{{"a", "1"}, {"b", "2"}, {"A", "3"}};
    headers.set("A", "x");
    CHECK(headers == Headers{{"a", "x"}, {"b", "2"}});
    headers.set_default("B", "y");
    headers.set_default("c", "z");
    CHECK(headers == Headers{{"a", "x"}, {"b", "2"}, {"c", "z"}});
    CHECK(headers.remove("C") == 1);
    CHECK(headers.remove("C") == 0);
}

TEST_CASE("Headers: refuses what would split a message (RFC 9110 5.5)") {
    Headers headers;
    for (const std::string_view name : {""sv, "a b"sv, "a:"sv, "a\r\n"sv, "\xc3\xa9"sv, "a\0"sv})
        CHECK_THROWS_AS(headers.add(name, "x"), LogicError);
    for (const std::string_view value : {"a\r\nb: c"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv})
        CHECK_THROWS_AS(headers.set("a", value), LogicError);
    CHECK(headers.empty());
    headers.add("a", "\t \xff");
    CHECK(headers.size() == 1);
}

TEST_CASE("find_field: finds the first field in any case") {
    const http::Field fields[] = {{"Host", "a"}, {"X", "1"}, {"x", "2"}};
    CHECK(http::find_field(fields, "x")->value == "1");
    CHECK(http::find_field(fields, "y") == nullptr);
}

TEST_CASE("parse_method: reads back each registered name, with case (RFC 9110 9.1)") {
    for (const Method method :
         {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete, Method::Connect,
          Method::Options, Method::Trace, Method::Patch}) {
        CHECK_FALSE(method_name(method).empty());
        CHECK(parse_method(method_name(method)) == method);
    }
    for (const std::string_view name :
         {"", "get", "GETS", "GE", "PUTT", "HEAT", "PROPFIND", "QUERY"})
        CHECK(parse_method(name) == Method::Other);
    CHECK(method_name(Method::Other).empty());
    CHECK(version_name(HttpVersion::Http10) == "1.0");
    CHECK(version_name(HttpVersion::Http3) == "3");
}

TEST_CASE("status_phrase: knows the registry and nothing else (RFC 9110 16.2)") {
    CHECK(http::status_phrase(404) == "Not Found");
    CHECK(http::status_phrase(511) == "Network Authentication Required");
    CHECK(http::status_phrase(299).empty());
    CHECK_FALSE(http::status_has_body(100));
    CHECK_FALSE(http::status_has_body(204));
    CHECK_FALSE(http::status_has_body(304));
    CHECK(http::status_has_body(200));
    CHECK(http::status_has_body(404));
}

TEST_CASE("token: follows the grammar (RFC 9110 5.6.2)") {
    CHECK(http::is_token("!#$%&'*+-.^_`|~09azAZ"));
    CHECK_FALSE(http::is_token(""));
    for (const char c : "\"(),/:;<=>?@[\\]{} \t\x7f\x80"sv) CHECK_FALSE(http::is_token_byte(c));
    CHECK(http::token_length("ab c") == 2);
}

TEST_CASE("ListReader: reports every element without the white space around it (RFC 9110 5.6.1)") {
    const auto elements = [](std::string_view list) {
        std::vector<std::string_view> all;
        http::ListReader reader(list);
        for (std::string_view element; reader.next(element);) all.push_back(element);
        return all;
    };
    using List = std::vector<std::string_view>;
    CHECK(elements("a, b\t,c") == List{"a", "b", "c"});
    CHECK(elements("") == List{""});
    CHECK(elements(",a,") == List{"", "a", ""});
    CHECK(http::list_contains("gzip, Close", "close"));
    CHECK_FALSE(http::list_contains("closed", "close"));
}
