// SPDX-License-Identifier: MIT
#include <pottle/http/media_type.hpp>
#include <pottle/http/mime.hpp>

#include <doctest/doctest.h>

using namespace pottle::http;

TEST_CASE("parse_media_type: lower-cases type and names, unquotes values (RFC 9110 8.3.1)") {
    const auto html = parse_media_type(" Text/HTML ; Charset=UTF-8;x=\"a;\\\"b\" ");
    REQUIRE(html);
    CHECK(html->essence() == "text/html");
    CHECK(html->is("text/html"));
    CHECK_FALSE(html->is("text/htm"));
    CHECK_FALSE(html->is("text-html"));
    CHECK(html->parameter("charset") == "UTF-8");
    CHECK(html->parameter("x") == "a;\"b");
    CHECK_FALSE(html->parameter("y"));
    CHECK(parse_media_type("a/b;;c=d; ")->parameter("c") == "d");
}

TEST_CASE("parse_media_type: refuses what is no media type") {
    for (const std::string_view text :
         {"", "text", "text/", "/html", "text /html", "text/ html", "text/html x", "text/html;x",
          "text/html;x=", "text/html;=y", "text/html;x =y", "text/html;x=\"a", "text/html;x=\"a\\",
          "text/html;x=\"a\"b", "text/html, text/css", "a/b/c", "text/html;x=a b"})
        CHECK_MESSAGE(!parse_media_type(text), text);
}

TEST_CASE("MediaType: is_json() for JSON and its structured suffix (RFC 6839 3.1)") {
    CHECK(parse_media_type("application/json; charset=utf-8")->is_json());
    CHECK(parse_media_type("application/problem+JSON")->is_json());
    CHECK_FALSE(parse_media_type("text/json")->is_json());
    CHECK_FALSE(parse_media_type("application/jsonx")->is_json());
}

TEST_CASE("Accept: the most specific range decides (RFC 9110 12.5.1)") {
    const Accept accept = Accept::parse(
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, "
        "*/*;q=0.5");
    const auto weight = [&](std::string_view type) {
        return accept.weight_of(*parse_media_type(type));
    };
    CHECK(weight("text/plain;format=flowed") == 1000);
    CHECK(weight("text/plain") == 700);
    CHECK(weight("text/html") == 300);
    CHECK(weight("image/jpeg") == 500);
    CHECK(weight("text/plain;format=fixed") == 400);
    CHECK(weight("text/html;level=3") == 300);
}

TEST_CASE("Accept: best() takes the highest weight, the first of equals, or nothing") {
    constexpr std::string_view kOffers[] = {"text/html", "application/json"};
    const auto best = [&](std::string_view field) { return Accept::parse(field).best(kOffers); };
    CHECK(best("*/*") == 0);
    CHECK(best("application/json, text/html;q=0.9") == 1);
    CHECK(best("text/html;q=0.5, */*;q=0.8") == 1);
    CHECK(best("text/html;q=0, */*;q=0.1") == 1);
    CHECK_FALSE(best("image/png"));
    CHECK_FALSE(best("*/*;q=0"));
    CHECK_FALSE(best(""));
    CHECK(best("garbage, */json, application/json;q=0.1") == 1);
    CHECK(best("text/html;q=2, application/json;q=0.001") == 1);
    CHECK(best("x/y;a=\"q=1, text/html\", application/json") == 1);
}

TEST_CASE("parse_preferences: weights have up to three decimals (RFC 9110 12.4.2)") {
    const auto preferences =
        parse_preferences("gzip;q=0.5, br , identity; Q=0.123,, x;q=1.000, y;q=0");
    REQUIRE(preferences.size() == 5);
    CHECK(preferences[0].value == "gzip");
    CHECK(preferences[0].weight == 500);
    CHECK(preferences[1].weight == 1000);
    CHECK(preferences[2].weight == 123);
    CHECK(preferences[4].weight == 0);
    for (const std::string_view bad :
         {"a;q=", "a;q=1.1", "a;q=2", "a;q=.5", "a;q=0.1234", "a;q=-1", "a;p=1", "a;q=1.001"})
        CHECK_MESSAGE(parse_preferences(bad).empty(), bad);
}

TEST_CASE("best_preference: names without case, '*' for the rest, prefixes of languages") {
    constexpr std::string_view kCodings[] = {"zstd", "br", "gzip"};
    CHECK(best_preference("gzip, BR", kCodings) == 1);
    CHECK(best_preference("gzip;q=1, br;q=0.9, *;q=0.1", kCodings) == 2);
    CHECK(best_preference("zstd;q=0, *", kCodings) == 1);
    CHECK_FALSE(best_preference("identity", kCodings));
    CHECK_FALSE(best_preference("", kCodings));
    constexpr std::string_view kLanguages[] = {"de", "en-GB"};
    CHECK(best_preference("fr, en;q=0.8", kLanguages, '-') == 1);
    CHECK_FALSE(best_preference("fr, en;q=0.8", kLanguages));
    CHECK(best_preference("en-GB;q=0.5, de;q=0.4", kLanguages, '-') == 1);
    CHECK_FALSE(best_preference("e", kLanguages, '-'));
}

TEST_CASE("content_type_of: by the ending of the file's name, in any case") {
    CHECK(content_type_of("index.html") == "text/html; charset=utf-8");
    CHECK(content_type_of("/a.b/PHOTO.JPG") == "image/jpeg");
    CHECK(content_type_of("app.min.js") == "text/javascript; charset=utf-8");
    CHECK(content_type_of("site.webmanifest") == "application/manifest+json");
    for (const std::string_view name :
         {"", "html", ".", "a.", "a.b/html", "x.unknown", "x.htmlhtmlhtmlhtml", "7z"})
        CHECK(content_type_of(name) == "application/octet-stream");
    CHECK(content_type_of("x.7z") == "application/x-7z-compressed");
    CHECK(content_type_of("x.zst") == "application/zstd");
}
