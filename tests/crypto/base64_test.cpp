// SPDX-License-Identifier: MIT
#include <pottle/crypto/base64.hpp>

#include <doctest/doctest.h>

using namespace pottle::crypto;

TEST_CASE("base64: the vectors of RFC 4648 10") {
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [octets, text] : rows) {
        CHECK(base64(octets) == text);
        CHECK(decode_base64(text) == octets);
    }
}

TEST_CASE("base64url: its own two letters and no padding (RFC 4648 5)") {
    CHECK(base64("\xfb\xff\xfe") == "+//+");
    CHECK(base64url("\xfb\xff\xfe") == "-__-");
    CHECK(base64url("f") == "Zg");
    CHECK(decode_base64url("Zg") == "f");
    CHECK(decode_base64url("-__-") == "\xfb\xff\xfe");
    std::string out = "x.";
    append_base64url(out, "fo");
    CHECK(out == "x.Zm8");
}

TEST_CASE("base64: every octet survives") {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (std::size_t begin = 250; begin-- > 0;) {
        const std::string some = all.substr(begin);
        CHECK(decode_base64(base64(some)) == some);
        CHECK(decode_base64url(base64url(some)) == some);
    }
}

TEST_CASE("base64: refuses what is not the one text of its octets (RFC 4648 3.5)") {
    for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm8=Zm8=",
                             "Zm 8", "Zm8\n", "-__-"})
        CHECK_FALSE(decode_base64(text));
    for (const char* text : {"Z", "Zg==", "Zh", "ZR", "Zm9", "Zm9v=", "+//+", "Zm8 ", "Zm9vZm9\xff",
                             "Zm9vZm\xff", "Zm9vZm9vZ\x80"})
        CHECK_FALSE(decode_base64url(text));
}
