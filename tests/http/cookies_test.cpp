// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/http/cookies.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;

TEST_CASE("parse_cookies: reads pairs in the order sent (RFC 6265 4.2.1)") {
    CHECK(parse_cookies("a=1; b=2; a=3") == MultiDict{{"a", "1"}, {"b", "2"}, {"a", "3"}});
    CHECK(parse_cookies("a=1;b=2") == MultiDict{{"a", "1"}, {"b", "2"}});
    CHECK(parse_cookies(" a = 1 ;\tb=x=y ") == MultiDict{{"a", "1"}, {"b", "x=y"}});
    CHECK(parse_cookies("a; =1; b=; ;") == MultiDict{{"a", ""}, {"b", ""}});
    CHECK(parse_cookies("").empty());
}

TEST_CASE("parse_cookies: unquotes values as Werkzeug does (CK-3)") {
    CHECK(parse_cookies("a=\"b c\"") == MultiDict{{"a", "b c"}});
    CHECK(parse_cookies("a=\"\\\"\\\\\\054\\303\\251\"") == MultiDict{{"a", "\"\\,\xc3\xa9"}});
    CHECK(parse_cookies("a=\"b") == MultiDict{{"a", "\"b"}});
    CHECK(parse_cookies("a=\"") == MultiDict{{"a", "\""}});
    CHECK(parse_cookies("a=\"\\\"") == MultiDict{{"a", "\\"}});
    CHECK(parse_cookies("a=\\054") == MultiDict{{"a", "\\054"}});
    CHECK(parse_cookies("a=\"\\4000\"") == MultiDict{{"a", "4000"}});
    CHECK(parse_cookies("a=\xff") == MultiDict{{"a", "\xef\xbf\xbd"}});
}

TEST_CASE("find_cookie: finds the first of a name, as it was sent (RFC 6265 4.2.1)") {
    CHECK(find_cookie("a=1; b=2; a=3", "a") == "1");
    CHECK(find_cookie(" aa=1;\tb = x=y ; b=z", "b") == "x=y");
    CHECK(find_cookie("a=\"b c\"", "a") == "\"b c\"");
    CHECK(find_cookie("ba=1; a", "a") == "");
    CHECK_FALSE(find_cookie("ab=1; =a; A=2", "a"));
    CHECK_FALSE(find_cookie("", "a"));
}

TEST_CASE("format_set_cookie: writes every attribute in Werkzeug's order (RFC 6265 4.1)") {
    CHECK(format_set_cookie({.name = "a", .value = "b"}) == "a=b; Path=/");
    CHECK(format_set_cookie({.name = "a", .value = "b", .path = ""}) == "a=b");
    CHECK(format_set_cookie({.name = "session",
                             .value = "x.y-z",
                             .path = "/app",
                             .domain = "example.org",
                             .max_age_seconds = 60,
                             .expires = 784111777,
                             .secure = true,
                             .http_only = true,
                             .same_site = SameSite::Lax}) ==
          "session=x.y-z; Domain=example.org; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=60; "
          "Secure; HttpOnly; Path=/app; SameSite=Lax");
    CHECK(format_set_cookie(
              {.name = "a", .value = "", .partitioned = true, .same_site = SameSite::None}) ==
          "a=; Secure; Path=/; SameSite=None; Partitioned");
    CHECK(format_set_cookie(SetCookie::expired("a", "/p")) ==
          "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/p");
}

TEST_CASE("format_set_cookie: any value comes back from parse_cookies() (CK-3)") {
    std::string all;
    for (int byte = 1; byte < 0x80; ++byte) all += static_cast<char>(byte);
    for (const std::string& value :
         {all, std::string("a b"), std::string("\"q\""), std::string("1,2;3"),
          std::string("\xc3\xa9"), std::string("\\"), std::string("line\r\nbreak")}) {
        const std::string text = format_set_cookie({.name = "n", .value = value, .path = ""});
        CHECK(text.find_first_of(std::string_view(";,\r\n\0", 5)) == text.npos);
        CHECK(parse_cookies(text) == MultiDict{{"n", value}});
    }
}

TEST_CASE("format_set_cookie: refuses names and attributes that would split the field") {
    CHECK_THROWS_AS((void)format_set_cookie({.name = "", .value = "x"}), LogicError);
    CHECK_THROWS_AS((void)format_set_cookie({.name = "a b", .value = "x"}), LogicError);
    CHECK_THROWS_AS((void)format_set_cookie({.name = "a=b", .value = "x"}), LogicError);
    CHECK_THROWS_AS((void)format_set_cookie({.name = "a", .value = "x", .domain = "a\r\nb"}),
                    LogicError);
}

TEST_CASE("format_set_cookie: a bare domain and an encoded path (CK-2)") {
    CHECK(format_set_cookie(
              {.name = "a", .value = "b", .path = "/x y;\xc3\xa9", .domain = "..e.org:80"}) ==
          "a=b; Domain=e.org; Path=/x%20y%3B%C3%A9");
    CHECK_THROWS_AS((void)format_set_cookie({.name = "a", .domain = "caf\xc3\xa9.fr"}), LogicError);
    CHECK(parse_same_site("STRICT") == SameSite::Strict);
    CHECK_FALSE(parse_same_site("relaxed"));
}

TEST_CASE("format_set_cookie: __Host- and __Secure- keep their promises (RFC 6265bis 4.1.3)") {
    CHECK(format_set_cookie({.name = "__Host-id", .value = "1", .secure = true}) ==
          "__Host-id=1; Secure; Path=/");
    for (const SetCookie& cookie :
         {SetCookie{.name = "__Host-id"},
          SetCookie{.name = "__host-id", .path = "/a", .secure = true},
          SetCookie{.name = "__Host-id", .domain = "e.org", .secure = true},
          SetCookie{.name = "__Secure-id"}})
        CHECK_THROWS_AS((void)format_set_cookie(cookie), LogicError);
    CHECK(format_set_cookie({.name = "__Secure-id", .value = "1", .partitioned = true}) ==
          "__Secure-id=1; Secure; Path=/; Partitioned");
}

TEST_CASE("find_cookie: finds a name that is the whole one, and its value as it was sent") {
    CHECK(find_cookie("mysession=a; session=\"b\"; session=c", "session") == "\"b\"");
    CHECK(find_cookie("session", "session") == "");
    CHECK_FALSE(find_cookie("mysession=a; sessions=b; c=session", "session"));
    CHECK_FALSE(find_cookie("", "session"));
}
