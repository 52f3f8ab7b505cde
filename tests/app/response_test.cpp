// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/http/date.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

template <class H>
TestResponse answer(H handler, Headers fields = {}) {
    App app("test");
    app.get("/", std::move(handler));
    TestClient client(std::move(app));
    return client.get("/", std::move(fields));
}

}  // namespace

TEST_CASE("Response: cookies are added, in Werkzeug's order and quotes (CK-1, CK-3)") {
    Response response;
    response.set_cookie({.name = "a",
                         .value = "1",
                         .domain = "e.org",
                         .expires = 0,
                         .secure = true,
                         .http_only = true,
                         .partitioned = true,
                         .same_site = SameSite::Lax});
    response.set_cookie({.name = "b", .value = "v w;\"\xc3\xa9"});
    const auto cookies = response.headers.get_all("set-cookie");
    REQUIRE(cookies.size() == 2);
    CHECK(cookies[0] ==
          "a=1; Domain=e.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; Path=/; "
          "SameSite=Lax; Partitioned");
    CHECK(cookies[1] == R"(b="v w\073\"\303\251"; Path=/)");
}

TEST_CASE("Response: is made of body, status, fields and type (RESP-5)") {
    const TestResponse made = answer([] {
        Response response("<a/>", 202);
        response.set_mimetype("application/xml");
        response.headers.add("X-One", "1");
        return response;
    });
    CHECK(made.status == 202);
    CHECK(made.text() == "<a/>");
    CHECK(made.header("content-type") == "application/xml; charset=utf-8");
    CHECK(made.header("x-one") == "1");
    CHECK(answer([] { return Response("x"); }).header("content-type") ==
          "text/html; charset=utf-8");
    const TestResponse explicit_type = answer([] {
        Response response("x");
        response.set_mimetype("text/css");
        response.headers.set("Content-Type", "text/plain");  // the field itself wins
        return response;
    });
    CHECK(explicit_type.headers.get_all("content-type") ==
          std::vector<std::string_view>{"text/plain"});
}

TEST_CASE("Response: a cookie over MAX_COOKIE_SIZE is sent, and logged with its route (CK-5)") {
    for (const int limit : {4093, 0, 10}) {
        CAPTURE(limit);
        const LogCapture log;
        App app("test");
        app.config().set("MAX_COOKIE_SIZE", limit);
        app.get("/shop", [](Response& response) {
            response.set_cookie({.name = "small", .value = "1", .path = ""});
            response.set_cookie({.name = "basket", .value = std::string(4093, 'x')});
        });
        TestClient client(std::move(app));
        CHECK(client.get("/shop").headers.get_all("set-cookie").size() == 2);
        CHECK(log.contains("route /shop: the cookie basket is") == (limit != 0));
        CHECK(log.lines.size() == (limit != 0 ? 1 : 0));
    }
}

TEST_CASE("Response: a cookie with an age has an Expires as well, by the loop's clock (CK-2)") {
    App app("test");
    const SetCookie cookie{.name = "a", .value = "1", .max_age_seconds = 60};
    app.get("/", [cookie](Response& response) {
        response.set_cookie({.name = "first", .value = "1"});
        response.set_cookie(cookie);
    });
    app.get("/abort", [] { abort(400); });
    app.errorhandler(400, [cookie](Response& response) { response.set_cookie(cookie); });
    app.get("/hook", [] { return "page"; });
    app.after_request([cookie](Request& request, Response& response) {
        if (request.path() == "/hook") response.set_cookie(cookie);
    });
    TestApp test_app(std::move(app));
    test_app.executor().set_unix_now(1'700'000'000);
    TestClient client(test_app);
    constexpr std::string_view kDated =
        "a=1; Expires=Tue, 14 Nov 2023 22:14:20 GMT; Max-Age=60; Path=/";
    const TestResponse both = client.get("/");
    const auto cookies = both.headers.get_all("set-cookie");
    REQUIRE(cookies.size() == 2);
    CHECK(cookies[0] == "first=1; Path=/");
    CHECK(cookies[1] == kDated);
    CHECK(client.get("/abort").header("set-cookie") == kDated);
    CHECK(client.get("/hook").header("set-cookie") == kDated);
    test_app.executor().advance(Seconds(1));
    CHECK(client.get("/hook").header("set-cookie").contains("22:14:21"));
}

TEST_CASE("Response: a deleted cookie keeps its flags (CK-4)") {
    Response response;
    response.delete_cookie({.name = "k", .value = "old", .secure = true});
    CHECK(response.headers.get("set-cookie") ==
          "k=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/");
}

TEST_CASE("Response: fields with a meaning are written and read as values (RESP-6)") {
    Response response;
    response.set_mimetype("text/csv");
    CHECK(response.content_type() == "text/csv; charset=utf-8");  // INV-1
    CHECK(response.mimetype() == "text/csv");
    response.set_mimetype("application/json");
    CHECK(response.content_type() == "application/json");
    CHECK(response.is_json());
    response.set_mimetype("image/svg+xml");
    CHECK(response.media_type()->parameter("charset") == "utf-8");
    CHECK_FALSE(response.is_json());

    response.set_etag("abc");
    CHECK(response.headers.get("etag") == "\"abc\"");  // RESP-30
    response.set_weak_etag("abc");
    CHECK(response.headers.get("etag") == "W/\"abc\"");
    CHECK(response.etag()->weak);
    CHECK_THROWS_AS(response.set_etag("a\"b"), LogicError);

    response.set_last_modified(784111777);
    CHECK(response.headers.get("last-modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(response.last_modified() == 784111777);
    response.set_expires(0);
    CHECK(response.expires() == 0);
    CHECK_FALSE(response.age());
    response.headers.set("age", "7");
    CHECK(response.age() == 7);

    response.set_cache_control({.no_store = true});
    CHECK(response.headers.get("cache-control") == "no-store");
    CHECK(response.cache_control().no_store);
    response.set_cache_control({});
    CHECK_FALSE(response.headers.contains("cache-control"));

    response.add_vary("Cookie");
    response.add_vary("cookie");
    response.add_vary("Accept");
    CHECK(response.headers.get("vary") == "Cookie, Accept");
    CHECK(response.vary().size() == 2);
    response.headers.set("allow", "GET, HEAD");
    CHECK(response.allow()[1] == "HEAD");
    response.set_retry_after(Seconds(30));
    CHECK(response.retry_after() == Seconds(30));
    response.set_location("/caf\xc3\xa9 x");
    CHECK(response.location() == "/caf%C3%A9%20x");  // RESP-7

    response.set_body("12345");
    CHECK(response.content_length() == 5);
    CHECK_FALSE(response.is_streamed());
}

TEST_CASE("Response: no field can hold a line end (RESP-7)") {
    Response response;
    CHECK_THROWS_AS(response.set_location("/x\r\nSet-Cookie: a=b"), LogicError);
    CHECK_THROWS_AS(response.headers.set("x", "a\nb"), LogicError);
    CHECK_THROWS_AS(response.headers.add("x", "a\rb"), LogicError);
}

TEST_CASE("make_response: of nothing, of a value, of a value with status and fields (RESP-4)") {
    CHECK(make_response().status == 200);
    CHECK(*make_response(std::string("x")).octets() == "x");
    const Response made = make_response(std::string("x"), 201, Headers{{"X-A", "b"}});
    CHECK(made.status == 201);
    CHECK(made.headers.get("x-a") == "b");
    const TestResponse sent = answer([] {
        Response page = make_response("<p>");
        page.set_cookie({.name = "seen", .value = "1"});
        return page;
    });
    CHECK(sent.text() == "<p>");
    CHECK(sent.header("set-cookie") == "seen=1; Path=/");
}

TEST_CASE("results: an HTTP error that is returned is its response (RESP-1)") {
    const TestResponse sent = answer([] { return HTTPException(404, "nf"); });
    CHECK(sent.status == 404);
    CHECK(sent.text().contains("<p>nf</p>"));
}

TEST_CASE("results: status and fields replace those of the value (RESP-2, RESP-3)") {
    const TestResponse sent = answer([] {
        Response inner("x", 400);
        inner.headers.set("x-a", "inner");
        return std::tuple(std::move(inner), 202, Headers{{"X-A", "outer"}});
    });
    CHECK(sent.status == 202);
    CHECK(sent.headers.get_all("x-a").size() == 1);
    CHECK(sent.header("x-a") == "outer");
}

TEST_CASE("after_this_request: runs before the hooks, in the order of registration (RESP-9)") {
    App app("test");
    std::string order;
    app.get("/", [&](Request& request) {
        request.after_this_request([&](Response& r) {
            order += "1";
            r.headers.set("x-a", "b");
        });
        request.after_this_request([&](Response&) -> Task<> {
            co_await sleep(Milliseconds(1));
            order += "2";
        });
        return "page";
    });
    TestClient plain(std::move(app));
    CHECK(plain.get("/").header("x-a") == "b");
    CHECK(order == "12");

    order.clear();
    App hooked("test");
    hooked.get("/", [&](Request& request) {
        request.after_this_request([&](Response&) { order += "1"; });
        return "page";
    });
    hooked.after_request([&](Response&) { order += "hook"; });
    TestClient client(std::move(hooked));
    client.get("/");
    CHECK(order == "1hook");
}

TEST_CASE("streams: an exception before the first chunk is 500, behind it cuts (RESP-22)") {
    const TestResponse before = answer([]() -> Generator<std::string> {
        throw std::runtime_error("early");
        co_yield "never";
    });
    CHECK(before.status == 500);
    CHECK(before.complete);
    const TestResponse behind = answer([]() -> Generator<std::string> {
        co_yield "begin";
        throw std::runtime_error("late");
    });
    CHECK(behind.status == 200);
    CHECK(behind.text() == "begin");
    CHECK_FALSE(behind.complete);
}

TEST_CASE("streams: RESPONSE_TIMEOUT cuts a stream that takes too long (RESP-21)") {
    const auto ticks = []() -> Generator<std::string> {
        for (int i = 0; i < 4; ++i) {
            co_yield "tick";
            co_await sleep(Seconds(1));
        }
    };
    App app("test");
    app.config().set("RESPONSE_TIMEOUT", 2.5);
    app.get("/", ticks);
    app.get("/patient", [&](Response& response) {
        response.timeout = Milliseconds(0);
        return ticks();
    });
    app.get("/hasty", [&](Response& response) {
        response.timeout = Milliseconds(1500);
        return ticks();
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "tickticktick");
    CHECK_FALSE(client.get("/").complete);
    CHECK(client.get("/hasty").text() == "ticktick");
    CHECK(client.get("/patient").text() ==
          "tickticktick"
          "tick");
    CHECK(client.get("/patient").complete);
}

TEST_CASE("results: bytes are sent as octets, lists and documents as JSON (RESP-1)") {
    CHECK(answer([] { return Bytes(std::string("\0a", 2)); }).body == std::string("\0a", 2));
    CHECK(answer([] { return JsonValue::object({{"a", 1}}); }).text() == "{\"a\":1}");
    CHECK(answer([] { return std::vector<int>{1, 2}; }).text() == "[1,2]");
    CHECK(answer([] { return "text"; }).header("content-type") == "text/html; charset=utf-8");
}

TEST_CASE("errors: a client that prefers JSON gets a problem in place of the page") {
    App app("test");
    app.get("/",
            []() -> std::string { abort(401, "who?", Headers{{"WWW-Authenticate", "Basic"}}); });
    TestClient client(std::move(app));
    const auto type = [&](std::string accept) {
        return std::string(
            client.get("/", Headers{{"Accept", std::move(accept)}}).header("content-type"));
    };
    CHECK(type("application/json") == "application/problem+json");
    CHECK(type("text/html;q=0.5, application/problem+json") == "application/problem+json");
    CHECK(type("*/*") == "text/html; charset=utf-8");
    CHECK(type("text/html,application/xhtml+xml,*/*;q=0.8") == "text/html; charset=utf-8");
    const TestResponse sent = client.get("/", Headers{{"Accept", "application/json"}});
    CHECK(sent.status == 401);
    CHECK(sent.header("www-authenticate") == "Basic");
    CHECK(sent.header("vary") == "Accept");
    CHECK(sent.text() ==
          R"({"type":"about:blank","title":"Unauthorized","status":401,"detail":"who?"})");
    CHECK(client.get("/none", Headers{{"Accept", "application/json"}}).header("content-type") ==
          "application/problem+json");
}

TEST_CASE("Response: a content type cannot hold a line end either (RESP-7)") {
    Response response;
    for (const char* type : {"text/plain\r\nSet-Cookie: a=b", "text/plain\nx", "text/\rx"}) {
        CHECK_THROWS_AS(response.set_content_type(type), LogicError);
        CHECK_THROWS_AS(response.set_mimetype(type), LogicError);
        CHECK_THROWS_AS(send_file(Bytes(std::string("x")), {.mimetype = type}), LogicError);
    }
    CHECK_THROWS_AS(response.set_content_type(std::string("text/\0x", 7)), LogicError);
    CHECK(response.content_type() == "text/html; charset=utf-8");
}

TEST_CASE("Response: add_vary() keeps what other Vary fields say (RESP-6)") {
    Response response;
    response.headers.add("vary", "Accept");
    response.headers.add("vary", "Origin, Accept-Language");
    response.add_vary("Cookie");
    response.add_vary("origin");
    CHECK(response.vary() ==
          std::vector<std::string_view>{"Accept", "Origin", "Accept-Language", "Cookie"});
}
