// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// Serves a request with these fields by `look`, which checks what it likes.
template <class Look>
void inspect(Headers fields, Look look) {
    bool looked = false;
    App app("test");
    app.get("/", [&](Request& request) {
        look(request);
        looked = true;
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    client.get("/", std::move(fields));
    CHECK(looked);
}

}  // namespace

TEST_CASE("RequestFields: the content type and its parameters (REQ-6)") {
    inspect({{"Content-Type", "Text/Plain; charset=\"utf-8\""},
             {"Content-Encoding", "gzip"},
             {"Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="}},
            [](Request& r) {
                CHECK(r.mimetype() == "text/plain");
                REQUIRE(r.media_type());
                CHECK(r.media_type()->parameter("charset") == "utf-8");
                CHECK(r.content_encoding() == "gzip");
                CHECK(r.content_md5() == "Q2hlY2sgSW50ZWdyaXR5IQ==");
                CHECK_FALSE(r.is_json());
            });
    inspect({{"Content-Type", "application/vnd.api+json"}}, [](Request& r) { CHECK(r.is_json()); });
    inspect({}, [](Request& r) {
        CHECK(r.mimetype().empty());
        CHECK_FALSE(r.media_type());
    });
}

TEST_CASE("RequestFields: what the client prefers, of several fields too (REQ-7)") {
    inspect({{"Accept", "text/html;q=0.8"},
             {"Accept", "application/json"},
             {"Accept-Encoding", "br, gzip;q=0.5"},
             {"Accept-Language", "en-GB, fr;q=0.5"},
             {"Accept-Charset", "utf-8"}},
            [](Request& r) {
                CHECK(r.accept_mimetypes().best_match({"text/html", "application/json"}) ==
                      "application/json");
                CHECK(r.accept_mimetypes().accept_json());
                CHECK(r.accept_mimetypes().accept_html());
                CHECK_FALSE(r.accept_mimetypes().accept_xhtml());
                CHECK(r.accept_encodings().best_match({"gzip", "br"}) == "br");
                CHECK(r.accept_languages().best_match({"de", "en"}) == "en");
                CHECK(r.accept_charsets().contains("UTF-8"));
            });
}

TEST_CASE("RequestFields: Basic credentials, and none when they cannot be decoded (REQ-8)") {
    inspect({{"Authorization", "Basic QWxhZGRpbjpvcGVuOnNlc2FtZQ=="}}, [](Request& r) {
        const auto credentials = r.authorization();
        REQUIRE(credentials);
        CHECK(credentials->scheme == "basic");
        CHECK(credentials->username == "Aladdin");
        CHECK(credentials->password == "open:sesame");
    });
    for (const std::string value : {"Basic !!!", "Basic", "Basic Zm9v", "Basic /zr/", "", "Basic "})
        inspect({{"Authorization", value}}, [](Request& r) { CHECK_FALSE(r.authorization()); });
}

TEST_CASE("RequestFields: tokens and Digest parameters (REQ-8)") {
    inspect({{"Authorization", "bearer abc.def~=="}}, [](Request& r) {
        CHECK(r.authorization()->scheme == "bearer");
        CHECK(r.authorization()->token == "abc.def~==");
    });
    inspect({{"Authorization", R"(Digest username="Mu\"fasa", qop=auth , URI="/a,b", empty="")"}},
            [](Request& r) {
                const auto digest = r.authorization();
                REQUIRE(digest);
                CHECK(digest->username == "Mu\"fasa");
                CHECK(digest->parameter("qop") == "auth");
                CHECK(digest->parameter("uri") == "/a,b");
                CHECK(digest->parameter("empty") == "");
                CHECK_FALSE(digest->parameter("nonce"));
            });
    inspect({{"Authorization", "Digest username"}},
            [](Request& r) { CHECK(r.authorization()->token == "username"); });
    inspect({{"Authorization", "Digest a b c"}},
            [](Request& r) { CHECK_FALSE(r.authorization()); });
}

TEST_CASE("WWWAuthenticate: every value is quoted, and read back (ERR-10)") {
    const WWWAuthenticate challenge{"Digest", {{"realm", "a \"b\""}, {"qop", "auth"}}};
    CHECK(challenge.text() == R"(Digest realm="a \"b\"", qop="auth")");
    CHECK(WWWAuthenticate::parse(challenge.text())->parameters == challenge.parameters);
    CHECK(WWWAuthenticate{"Basic", {{"realm", "shop"}}}.text() == R"(Basic realm="shop")");
    CHECK_THROWS_AS((void)WWWAuthenticate{.scheme = "a b"}.text(), LogicError);
}

TEST_CASE("RequestFields: conditions and ranges as values (REQ-9)") {
    inspect({{"If-Match", "\"a\", W/\"b\""},
             {"If-None-Match", "*"},
             {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
             {"If-Unmodified-Since", "never"},
             {"If-Range", "\"c\""},
             {"Range", "bytes=0-3,-5"}},
            [](Request& r) {
                CHECK(r.if_match()->contains("a"));
                CHECK_FALSE(r.if_match()->contains("b"));
                CHECK(r.if_match()->contains_weak("b"));
                CHECK(r.if_none_match()->any);
                CHECK(r.if_modified_since() == 784111777);
                CHECK_FALSE(r.if_unmodified_since());
                CHECK(r.if_range()->entity_tag->tag == "c");
                CHECK(r.range()->ranges.size() == 2);
                CHECK(r.range()->ranges[1].begin == -5);
            });
    inspect({}, [](Request& r) {
        CHECK_FALSE(r.if_match());
        CHECK_FALSE(r.if_none_match());
        CHECK_FALSE(r.if_range());
        CHECK_FALSE(r.range());
    });
}

TEST_CASE("RequestFields: the other fields that have a word of their own (REQ-9)") {
    inspect({{"Cache-Control", "no-cache, max-age=0"},
             {"Pragma", "no-cache"},
             {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
             {"Max-Forwards", "3"},
             {"Referer", "https://example.org/"},
             {"Origin", "https://example.org"},
             {"User-Agent", "test/1"},
             {"Access-Control-Request-Method", "PUT"},
             {"Access-Control-Request-Headers", "X-A, x-b"}},
            [](Request& r) {
                CHECK(r.cache_control() == CacheControl{.no_cache = true, .max_age = 0});
                CHECK(r.pragma() == "no-cache");
                CHECK(r.date() == 784111777);
                CHECK(r.max_forwards() == 3);
                CHECK(r.referrer() == "https://example.org/");
                CHECK(r.origin() == "https://example.org");
                CHECK(r.user_agent() == "test/1");
                CHECK(r.access_control_request_method() == "PUT");
                CHECK(r.access_control_request_headers() ==
                      std::vector<std::string_view>{"X-A", "x-b"});
            });
}

TEST_CASE("Request: access_route() is what X-Forwarded-For says, or the peer (REQ-2)") {
    inspect({{"X-Forwarded-For", "192.0.2.1, 198.51.100.2"}, {"X-Forwarded-For", "203.0.113.3"}},
            [](Request& r) {
                CHECK(r.access_route() ==
                      std::vector<std::string>{"192.0.2.1", "198.51.100.2", "203.0.113.3"});
                CHECK_FALSE(r.headers().contains("remote-addr"));
            });
    inspect({}, [](Request& r) {
        CHECK(r.access_route() == std::vector<std::string>{"127.0.0.1"});
        CHECK(r.server().empty());
        CHECK(r.host_url() == "http://localhost/");
    });
}

TEST_CASE("Request: a value that is missing in args or fields is 400 (REQ-4)") {
    App app("test");
    app.get("/args", [](Request& r) { return std::string(r.args().at("page")); });
    app.get("/fields", [](Request& r) { return std::string(r.headers().at("x-page")); });
    app.get("/default", [](Request& r) { return std::to_string(r.args().get_as<int>("page", 1)); });
    TestClient client(std::move(app));
    CHECK(client.get("/args?page=2").text() == "2");
    CHECK(client.get("/args").status == 400);
    CHECK(client.get("/args").body.size() == 167);  // INV-4
    CHECK(client.get("/fields", Headers{{"X-Page", "3"}}).text() == "3");
    CHECK(client.get("/fields").status == 400);
    CHECK(client.get("/default?page=x").text() == "1");
}
