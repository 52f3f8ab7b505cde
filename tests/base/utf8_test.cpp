// SPDX-License-Identifier: MIT
#include <pottle/base/utf8.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("utf8: accepts the first and last sequence of every length (RFC 3629 3)") {
    for (const std::string_view text :
         {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
          "sixteen letters \xc3\xa9 more"}) {
        CAPTURE(text);
        CHECK(utf8::is_valid(text));
        CHECK(utf8::replace_invalid(std::string(text)) == text);
    }
}

TEST_CASE("utf8: refuses overlong forms, surrogates and what is past U+10FFFF (RFC 3629 3)") {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82",
          "\xf0\x9f\x98", "\xc3(", "12345678\x80"}) {
        CAPTURE(text);
        CHECK_FALSE(utf8::is_valid(text));
    }
}

TEST_CASE("utf8: replace_invalid() puts one U+FFFD for each maximal subpart (Unicode 3.9)") {
#define FFFD "\xef\xbf\xbd"
    const auto replaced = [](std::string_view text) {
        return utf8::replace_invalid(std::string(text));
    };
    CHECK(replaced("a\x80"
                   "b") == "a" FFFD "b");
    CHECK(replaced("\xe2\x82"
                   "x") == FFFD "x");
    CHECK(replaced("\xf0\x9f\x98") == FFFD);
    CHECK(replaced("\xc0\xaf") == FFFD FFFD);
    CHECK(replaced("\xed\xa0\x80") == FFFD FFFD FFFD);
    // The example of the Unicode standard, table 3-8.
    CHECK(replaced("a\xf1\x80\x80\xe1\x80\xc2"
                   "b\x80"
                   "c\x80\xbf"
                   "d") == "a" FFFD FFFD FFFD "b" FFFD "c" FFFD FFFD "d");
#undef FFFD
}

TEST_CASE("utf8: is_incomplete() tells what more bytes can mend from what they cannot") {
    for (const std::string_view text : {"\xc3", "\xe2", "\xe2\x82", "\xf0\x9f", "\xf0\x9f\x98"})
        CHECK(utf8::is_incomplete(text));
    for (const std::string_view text : {"", "a", "\x80", "\xff", "\xc0", "\xc3\xa9", "\xed\xa0",
                                        "\xe2(", "\xf4\x90", "\xc3\xa9\xc3"})
        CHECK_FALSE(utf8::is_incomplete(text));
}
