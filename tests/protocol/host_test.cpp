// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <pottle/base/ascii.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

std::string get(std::string_view fields, std::string_view line = "GET / HTTP/1.1") {
    return std::string(line) + "\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST_CASE("wire: HTTP/1.1 has exactly one Host (RFC 9112 3.2)") {
    const char* old = "GET / HTTP/1.0";
    check(default_site(),
          std::vector<Row>{
              {get("Host: a\r\n"), "200"},
              {get("host: a\r\n"), "200"},
              {get("HOST:a\r\n"), "200"},
              {get("Host: \t a \t \r\n"), "200"},
              {get(""), "400 close"},
              {get("X: y\r\n"), "400 close"},
              {get("Hosts: a\r\n"), "400 close"},
              {get("Host : a\r\n"), "400 close"},
              {get(" Host: a\r\n"), "400 close"},
              {get("Host: a\r\nHost: a\r\n"), "400 close"},
              {get("Host: a\r\nhost: b\r\n"), "400 close"},
              {get("Host: a\r\nX: y\r\nHost:\r\n"), "400 close"},
              {get("Host:\r\nHost:\r\n"), "400 close"},
              {get("", "GET http://a/ HTTP/1.1"), "400 close"},
              {get("Host: a\r\nHost: a\r\n", "GET http://a/ HTTP/1.1"), "400 close"},
              {get("Host: a b\r\n", "GET http://a/ HTTP/1.1"), "400 close"},
              {get("", old), "200 end"},
              {get("Host:\r\n", old), "200 end"},
              {get("Host: a\r\n", old), "200 end"},
              {get("Host: a\r\nHost: a\r\n", old), "400 close"},
              {get("Host: a b\r\n", old), "400 close"},
          });
}

TEST_CASE("wire: a request target's host replaces the Host field (RFC 9112 3.2.2)") {
    check(default_site(),
          std::vector<Row>{
              {get("Host: a\r\n", "GET http://b/facts HTTP/1.1"), "200=GET|b|/facts||1.1"},
              {get("Host: a:8\r\n", "GET http://b:9/facts HTTP/1.1"), "200=GET|b:9|/facts||1.1"}});
}

TEST_CASE("wire: a Host is uri-host [ \":\" port ] (RFC 9110 7.2, RFC 3986 3.2)") {
    const Site& site = default_site();
    for (const char* valid : {"a",
                              "A.Example",
                              "localhost",
                              "a.",
                              "a:80",
                              "a:0",
                              "a:65535",
                              "a:",
                              "a:00080",
                              "1.2.3.4",
                              "1.2.3.4:80",
                              "999.1.1.1",
                              "a_b",
                              "a-b",
                              "~a",
                              "a!$&'()*+,;=",
                              "%41",
                              "xn--bcher-kva",
                              "[::]",
                              "[::1]",
                              "[::1]:80",
                              "[::1]:",
                              "[1:2:3:4:5:6:7:8]",
                              "[::ffff:1.2.3.4]",
                              "[FE80::1]",
                              "[v1.a:b]"}) {
        INFO("Host: ", valid);
        CHECK(converse(site, get("Host: "s + valid + "\r\n"), "200") == "200");
    }
    for (const char* invalid : {"",
                                ":80",
                                "a:b",
                                "a:80:80",
                                "a:-1",
                                "a:+80",
                                "a: 80",
                                "a :80",
                                "a b",
                                "a\tb",
                                "a, b",
                                "a/",
                                "/a",
                                "a/b",
                                "a?b",
                                "?a",
                                "a#b",
                                "u@a",
                                "u:p@a",
                                "@a",
                                "a@",
                                "http://a",
                                "a\\b",
                                "a\"b",
                                "<a>",
                                "a^b",
                                "a`b",
                                "{a}",
                                "a|b",
                                "%",
                                "%4",
                                "%zz",
                                "a%0",
                                "[",
                                "]",
                                "[]",
                                "[::1",
                                "::1]",
                                "::1",
                                "[::1]a",
                                "[::1]:a",
                                "[::1]]",
                                "[[::1]]",
                                "[:::1]",
                                "[1:2]",
                                "[::1::2]",
                                "[12345::]",
                                "[::g]",
                                "[1.2.3.4]",
                                "[::1.2.3]",
                                "[::1.2.3.4.5]",
                                "[::1.2.3.256]",
                                "[::01.2.3.4]",
                                "[fe80::1%eth0]",
                                "[fe80::1%25eth0]",
                                "[1:2:3:4:5:6:7:8:9]",
                                "[1:2:3:4:5:6:7::8:9]",
                                "[v.a]",
                                "[v1.]",
                                "[vg.a]",
                                "a:65536",
                                "a:99999999999999999999",
                                "b\xc3\xbc"
                                "cher",
                                "a\x80",
                                "\xff"}) {
        INFO("Host: ", invalid);
        CHECK(converse(site, get("Host: "s + invalid + "\r\n"), "400 close") == "400 close");
    }
}

TEST_CASE("wire: every byte in a Host is one of a reg-name or refused (RFC 3986 3.2.2)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        INFO("byte: ", byte);
        const bool allowed =
            ascii::is_alnum(c) || (c != '\0' && "-._~!$&'()*+,;=:"s.find(c) != std::string::npos);
        const std::string expected = allowed ? "200" : "400 close";
        CHECK(converse(default_site(), get("Host: a"s + c + "0\r\n"), expected) == expected);
    }
}
