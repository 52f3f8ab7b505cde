// SPDX-License-Identifier: MIT
#include <pottle/http/authority.hpp>

#include <doctest/doctest.h>

using namespace pottle::http;

TEST_CASE("parse_authority: splits host and port (RFC 3986 3.2)") {
    CHECK(parse_authority("a.b:80")->host == "a.b");
    CHECK(parse_authority("a.b:80")->port == 80);
    CHECK_FALSE(parse_authority("a.b")->port);
    CHECK_FALSE(parse_authority("a.b:")->port);
    CHECK(parse_authority("[::1]:65535")->host == "[::1]");
    CHECK(parse_authority("[::1]:65535")->port == 65535);
}

TEST_CASE("parse_authority: refuses what is not host and port (RFC 9110 4.2, 7.2)") {
    for (const std::string_view text : {"", ":", ":80", "a:b", "a:65536", "u@a", "a/b", "a b",
                                        "::1", "[::1", "[::1]a", "a%2", "a?b"})
        CHECK_FALSE(parse_authority(text));
}

TEST_CASE("is_ipv6_address: follows the grammar (RFC 3986 3.2.2)") {
    for (const std::string_view text :
         {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8",
          "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1::5:6:1.2.3.4", "ABCD:ef01::"})
        CHECK_MESSAGE(is_ipv6_address(text), text);
    for (const std::string_view text : {"",
                                        ":",
                                        ":::",
                                        "1",
                                        "1:",
                                        ":1",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1::2::3",
                                        "1:2:3:4:5:6:7:8::",
                                        "::1:2:3:4:5:6:7:8",
                                        "12345::",
                                        "g::",
                                        "::1.2.3",
                                        "::1.2.3.256",
                                        "1:2:3:4:5:6:7:1.2.3.4",
                                        "1.2.3.4",
                                        "::1.2.3.4:1",
                                        "::01.2.3.4",
                                        "fe80::1%1"})
        CHECK_MESSAGE(!is_ipv6_address(text), text);
}
