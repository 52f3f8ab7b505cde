// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <pottle/http/token.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

/// GET /x answers with the value of the field X.
std::string get_x(std::string_view fields) {
    return "GET /x HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST_CASE("wire: a field line is name \":\" OWS value OWS (RFC 9112 5)") {
    check(default_site(), std::vector<Row>{
                              {get_x("X: y\r\n"), "200=y"},
                              {get_x("X:y\r\n"), "200=y"},
                              {get_x("X:\t y z \t\r\n"), "200=y z"},
                              {get_x("X:\r\n"), "200="},
                              {get_x("X: \t \r\n"), "200="},
                              {get_x("X: a:b: c\r\n"), "200=a:b: c"},
                              {get_x("X: a\tb\r\n"), "200=a\\x09b"},
                              {get_x("X: \"q\\\"\"\r\n"), "200=\"q\\\"\""},
                              {get_x("x: y\r\n"), "200=y"},
                              {get_x("!#$%&'*+-.^_`|~: y\r\nX: z\r\n"), "200=z"},
                              {get_x("X: caf\xc3\xa9\r\n"), "200=caf\\xc3\\xa9"},
                              {get_x("X: \x80\xff\r\n"), "200=\\x80\\xff"},
                              {get_x("X : y\r\n"), "400 close"},
                              {get_x("X\t: y\r\n"), "400 close"},
                              {get_x("X y\r\n"), "400 close"},
                              {get_x("X\r\n"), "400 close"},
                              {get_x(": y\r\n"), "400 close"},
                              {get_x(":\r\n"), "400 close"},
                              {get_x("X y: z\r\n"), "400 close"},
                              {get_x("X(c): z\r\n"), "400 close"},
                              {get_x("X\xc3\xa9: z\r\n"), "400 close"},
                              {get_x("{X}: z\r\n"), "400 close"},
                          });
}

TEST_CASE("wire: line folding is refused (RFC 9112 5.2)") {
    check(default_site(), std::vector<Row>{
                              {get_x("X: y\r\n z\r\n"), "400 close"},
                              {get_x("X: y\r\n\tz\r\n"), "400 close"},
                              {get_x("X: y\r\n \r\n"), "400 close"},
                              {get_x("X: y\r\n Content-Length: 5\r\n"), "400 close"},
                              {get_x("X:\r\n y\r\n"), "400 close"},
                              {get_x("\tX: y\r\n"), "400 close"},
                              {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400 close"},
                              {"GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", "400 close"},
                              {"GET / HTTP/1.1\r\n\tX: y\r\nHost: a\r\n\r\n", "400 close"},
                          });
}

TEST_CASE("wire: bare CR, bare LF and NUL are refused in a head (RFC 9112 2.2, RFC 9110 5.5)") {
    check(default_site(), std::vector<Row>{
                              {get_x("X: y\rZ: a\r\n"), "400 close"},
                              {get_x("X: y\nZ: a\r\n"), "400 close"},
                              {get_x("X: y\r\r\n"), "400 close"},
                              {get_x("X: y\n\r\n"), "400 close"},
                              {get_x("X: \r y\r\n"), "400 close"},
                              {get_x("X\r: y\r\n"), "400 close"},
                              {get_x("X\n: y\r\n"), "400 close"},
                              {get_x("X: a\0b\r\n"s), "400 close"},
                              {get_x("X\0: b\r\n"s), "400 close"},
                              {get_x("\0\r\n"s), "400 close"},
                              {"GET / HTTP/1.1\nHost: a\n\n", "400 close"},
                              {"GET / HTTP/1.1\r\nHost: a\n\r\n", "400 close"},
                              {"GET / HTTP/1.1\r\nHost: a\r\n\n", "400 close"},
                              {"GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", "400 close"},
                              {"GET / HTTP/1.1\rHost: a\r\r", "400 close"},
                          });
}

TEST_CASE("wire: every byte in a field name is a tchar or refused (RFC 9110 5.1)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (c == ':') continue;  // ends the name
        INFO("byte: ", byte);
        const std::string expected = http::token_length({&c, 1}) == 1 ? "200" : "400 close";
        CHECK(converse(default_site(), get_x("A"s + c + "B: y\r\n"), expected) == expected);
        CHECK(converse(default_site(), get_x(std::string(1, c) + "B: y\r\n"), expected) ==
              expected);
        CHECK(converse(default_site(), get_x("B"s + c + ": y\r\n"), expected) == expected);
    }
}

TEST_CASE(
    "wire: every byte in a field value is HTAB, visible, obs-text or refused (RFC 9110 5.5)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        INFO("byte: ", byte);
        const std::string expected =
            c == '\t' || (byte >= 0x20 && byte != 0x7f) ? "200" : "400 close";
        CHECK(converse(default_site(), get_x("X: a"s + c + "b\r\n"), expected) == expected);
        CHECK(converse(default_site(), get_x("X:"s + c + "\r\n"), expected) == expected);
        CHECK(converse(default_site(), get_x("X: a"s + c + "\r\n"), expected) == expected);
    }
}
