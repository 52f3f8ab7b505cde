// SPDX-License-Identifier: MIT
#include <pottle/testing/cookie_jar.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
CookieTarget at(std::string host, std::string path, std::int64_t now = 1000, bool secure = false) {
    return {std::move(host), std::move(path), secure, now};
}
}  // namespace

TEST_CASE(
    "CookieJar: a cookie goes back to its host, and to subdomains with Domain (RFC 6265 "
    "5.1.3)") {
    CookieJar jar;
    jar.store("own=1", at("shop.example", "/"));
    jar.store("wide=2; Domain=.Example", at("shop.example", "/"));
    CHECK(jar.field_for(at("shop.example", "/")) == "own=1; wide=2");
    CHECK(jar.field_for(at("other.example", "/")) == "wide=2");
    CHECK(jar.field_for(at("badexample", "/")).empty());
    jar.store("foreign=3; Domain=other.test", at("shop.example", "/"));
    CHECK_FALSE(jar.find("foreign"));
    jar.store("address=4; Domain=0.1", at("127.0.0.1", "/"));
    CHECK_FALSE(jar.find("address"));
}

TEST_CASE(
    "CookieJar: a cookie goes back to its path and below, the longest first (RFC 6265 "
    "5.1.4, 5.4)") {
    CookieJar jar;
    jar.store("root=1; Path=/", at("h", "/"));
    jar.store("deep=2; Path=/a/b", at("h", "/"));
    jar.store("directory=3", at("h", "/a/page"));
    CHECK(jar.field_for(at("h", "/a/b/c")) == "deep=2; directory=3; root=1");
    CHECK(jar.field_for(at("h", "/a/bc")) == "directory=3; root=1");
    CHECK(jar.field_for(at("h", "/")) == "root=1");
}

TEST_CASE("CookieJar: Max-Age and Expires end a cookie, Max-Age first (RFC 6265 5.3)") {
    CookieJar jar;
    jar.store("a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", at("h", "/"));
    jar.store("b=1; Expires=Thu, 01 Jan 1970 00:20:00 GMT", at("h", "/"));
    jar.store("c=1; Max-Age=x", at("h", "/"));
    CHECK(jar.field_for(at("h", "/", 1009)) == "a=1; b=1; c=1");
    CHECK(jar.field_for(at("h", "/", 1010)) == "b=1; c=1");
    CHECK(jar.field_for(at("h", "/", 1200)) == "c=1");
    jar.store("c=; Max-Age=0", at("h", "/"));
    CHECK_FALSE(jar.find("c"));
}

TEST_CASE(
    "CookieJar: a new value takes the place of the old one; Secure needs https (RFC 6265 "
    "5.3, 5.4)") {
    CookieJar jar;
    jar.store("a=1", at("h", "/"));
    jar.store("b=1; Secure", at("h", "/"));
    jar.store("a=2", at("h", "/"));
    CHECK(jar.cookies().size() == 2);
    CHECK(jar.field_for(at("h", "/")) == "a=2");
    CHECK(jar.field_for(at("h", "/", 1000, true)) == "a=2; b=1");
    jar.store("=nameless", at("h", "/"));
    CHECK(jar.cookies().size() == 2);
}
