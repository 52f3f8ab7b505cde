// SPDX-License-Identifier: MIT
#include "url_path.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using app::decode_path;
using app::encode_path;

namespace {
std::string decoded(std::string_view raw) {
    std::string storage;
    return std::string(decode_path(raw, storage));
}
}  // namespace

TEST_CASE("decode_path: copies nothing when nothing is encoded") {
    std::string storage = "untouched";
    const std::string_view raw = "/api/users/12345678/files";
    CHECK(decode_path(raw, storage).data() == raw.data());
    CHECK(storage == "untouched");
}

TEST_CASE("decode_path: decodes wherever the sign stands, %2F included (RT-15)") {
    CHECK(decoded("/a%2Fb") == "/a/b");
    CHECK(decoded("/%e2%9d%a4") == "/\xe2\x9d\xa4");
    for (std::size_t before = 0; before < 20; ++before) {
        const std::string padding(before, 'x');
        CHECK(decoded(padding + "%41") == padding + "A");
        CHECK(decoded(padding + "%41xxxxxxxxxx") == padding + "Axxxxxxxxxx");
    }
}

TEST_CASE("decode_path: leaves a percent sign that encodes nothing") {
    CHECK(decoded("/100%") == "/100%");
    CHECK(decoded("/%4") == "/%4");
    CHECK(decoded("/%zz%4g") == "/%zz%4g");
    CHECK(decoded("/%2541") == "/%41");  // decoded once only
}

TEST_CASE("decode_path: replaces what is not UTF-8 by U+FFFD (Unicode 3.9, table 3-8)") {
    const std::string mark = "\xEF\xBF\xBD";
    CHECK(decoded("/%ff") == "/" + mark);
    CHECK(decoded("/\xff") == "/" + mark);
    CHECK(decoded("/%c3") == "/" + mark);
    CHECK(decoded("/%c3a") == "/" + mark + "a");
    CHECK(decoded("/%c0%af") == "/" + mark + mark);            // an overlong slash is no slash
    CHECK(decoded("/%ed%a0%80") == "/" + mark + mark + mark);  // a surrogate
    CHECK(decoded("/%f4%90%80%80") == "/" + mark + mark + mark + mark);
    CHECK(decoded("/%f0%9f%98x") == "/" + mark + "x");  // one for a broken sequence
    CHECK(decoded("/%f0%9f%98%80") == "/\xf0\x9f\x98\x80");
}

TEST_CASE("encode_path: encodes all but what a path may hold (RFC 3986 3.3)") {
    CHECK(encode_path("/a-._~!$&'()*+,;=:@/b") == "/a-._~!$&'()*+,;=:@/b");
    CHECK(encode_path("/a b?c#d%\"<\xc3\xa9\r\n") == "/a%20b%3Fc%23d%25%22%3C%C3%A9%0D%0A");
}

TEST_CASE("merge_slashes: leaves one slash of each run") {
    CHECK(app::merge_slashes("//a///b/") == "/a/b/");
    CHECK(app::merge_slashes("") == "");
}
