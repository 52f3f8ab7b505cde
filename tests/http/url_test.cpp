// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/http/url.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;

TEST_CASE("decode_path: percent-decodes to UTF-8 and leaves '+' (RFC 3986 2.1)") {
    CHECK(decode_path("/a%20b+c") == "/a b+c");
    CHECK(decode_path("/caf%C3%A9") == "/caf\xc3\xa9");
    CHECK(decode_path("/%2e%2F%41") == "/./A");
    CHECK(decode_path("/%ff") == "/\xef\xbf\xbd");
    CHECK(decode_path("/%00") == std::string_view("/\0", 2));
}

TEST_CASE("percent_decode: a '%' without two digits stands for itself") {
    CHECK(percent_decode("%") == "%");
    CHECK(percent_decode("%4") == "%4");
    CHECK(percent_decode("%zz%4g%%41") == "%zz%4g%A");
    CHECK(percent_decode("%FF") == "\xff");
}

TEST_CASE("percent_encode: keeps unreserved characters only (RFC 3986 2.3)") {
    CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encode("a b/c?\xc3\xa9+&=") == "a%20b%2Fc%3F%C3%A9%2B%26%3D");
    CHECK(encode_path("/a b/c:@!$&'()*+,;=?#%") == "/a%20b/c:@!$&'()*+,;=%3F%23%25");
}

TEST_CASE("decode_query: keeps order, repetition and blank values") {
    CHECK(decode_query("a=1&b=2&a=3") == MultiDict{{"a", "1"}, {"b", "2"}, {"a", "3"}});
    CHECK(decode_query("a&b=&=c&=") == MultiDict{{"a", ""}, {"b", ""}, {"", "c"}, {"", ""}});
    CHECK(decode_query("&&a=1&") == MultiDict{{"a", "1"}});
    CHECK(decode_query("").empty());
    CHECK(decode_query("a=b=c") == MultiDict{{"a", "b=c"}});
    CHECK(decode_query("a;b=1") == MultiDict{{"a;b", "1"}});
}

TEST_CASE("decode_query: '+' is a space, '%2B' a plus, invalid UTF-8 is replaced") {
    CHECK(decode_query("a+b=c+d%2B") == MultiDict{{"a b", "c d+"}});
    CHECK(decode_query("x=%80") == MultiDict{{"x", "\xef\xbf\xbd"}});
    CHECK(decode_query("%26=%3D") == MultiDict{{"&", "="}});
}

TEST_CASE("encode_query: writes what decode_query() reads back") {
    const MultiDict arguments{{"a b", "1&2=3"}, {"\xc3\xa9", "+%"}, {"blank", ""}, {"a b", "x"}};
    CHECK(encode_query(arguments) == "a+b=1%262%3D3&%C3%A9=%2B%25&blank=&a+b=x");
    CHECK(decode_query(encode_query(arguments)) == arguments);
}

TEST_CASE("parse_form: bounds size and number of fields with 413") {
    CHECK(parse_form("a=1&b=2", {.fields = 2}) == MultiDict{{"a", "1"}, {"b", "2"}});
    CHECK(parse_form("a=1&b=2&c=3", {.fields = 2}).error().status == 413);
    CHECK(parse_form("a=1&&&b=2&", {.fields = 2}));
    CHECK(parse_form("a=12", {.size = 4}));
    CHECK(parse_form("a=123", {.size = 4}).error().code == Errc::TooLarge);
}

TEST_CASE("MultiDict: set() replaces in the place of the first value") {
    MultiDict dict{{"a", "1"}, {"b", "2"}, {"a", "3"}};
    dict.set("a", "x");
    CHECK(dict == MultiDict{{"a", "x"}, {"b", "2"}});
    dict.set("c", "y");
    CHECK(dict == MultiDict{{"a", "x"}, {"b", "2"}, {"c", "y"}});
}

TEST_CASE("MultiDict: finds the first value, all values, or none") {
    MultiDict dict{{"a", "1"}, {"A", "2"}, {"a", "3"}};
    CHECK(dict.find("a") == "1");
    CHECK_FALSE(dict.find("b"));
    CHECK(dict.get("b", "fallback") == "fallback");
    CHECK(dict.at("A") == "2");
    CHECK_THROWS_AS((void)dict.at("b"), MissingKey);
    CHECK(dict.get_all("a") == std::vector<std::string_view>{"1", "3"});
    CHECK(dict.remove("a") == 2);
    CHECK_FALSE(dict.contains("a"));
    CHECK(dict.size() == 1);
}

TEST_CASE("without_port: takes the port off names and addresses alike (RFC 9110 7.2)") {
    CHECK(without_port("shop.org:8000") == "shop.org");
    CHECK(without_port("shop.org") == "shop.org");
    CHECK(without_port("[::1]:80") == "[::1]");
    CHECK(without_port("[::1]") == "[::1]");
    CHECK(without_port("") == "");
}

TEST_CASE("parse_form: a limit of 0 is none") {
    std::string body;
    for (int i = 0; i < 2000; ++i) body += "name=" + std::string(300, 'x') + "&";
    CHECK_FALSE(parse_form(body));
    CHECK_FALSE(parse_form(body, {.size = 0}));
    CHECK(parse_form(body, {.size = 0, .fields = 0})->size() == 2000);
}
