// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("iequals: ignores the case of ASCII letters and of nothing else") {
    CHECK(ascii::iequals("Content-Length", "content-length"));
    CHECK_FALSE(ascii::iequals("Content-Length", "content-lengt"));
    CHECK_FALSE(
        ascii::iequals("@", "`"));  // 0x40 and 0x60 differ by the case bit and are no letters
}

TEST_CASE("trim: removes spaces and tabs at both ends only") {
    CHECK(ascii::trim(" \ta b\t ") == "a b");
    CHECK(ascii::trim("\r\n") == "\r\n");
    CHECK(ascii::trim(" ").empty());
}

TEST_CASE("hex: two lower-case digits a byte, high bit included") {
    CHECK(ascii::hex(std::string_view("\x00\xff\x1a", 3)) == "00ff1a");
    CHECK(ascii::hex_value('g') == -1);
    CHECK(ascii::hex_value('F') == 15);
}
