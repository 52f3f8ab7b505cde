// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// An application with all kinds of patterns, and "/ask", which builds what the test wants.
struct Site {
    std::string endpoint;
    UrlValues values;
    UrlOptions options;

    App make() {
        App app("test");
        configure(app);
        return app;
    }
    void configure(App& app) {
        app.get("/ask", [this](Request& r) { return r.url_for(endpoint, values, options); });
        app.post("/ask", [this](Request& r) { return r.url_for(endpoint, values, options); });
        app.get("/", [] {}, pottle::endpoint("index"));
        app.get("/s/<name>", [](std::string) {}, pottle::endpoint("string"));
        app.get("/p/<path:name>/end", [](std::string) {}, pottle::endpoint("path"));
        app.get("/i/<int(fixed_digits=4):n>", [](long) {}, pottle::endpoint("digits"));
        app.get("/f/<float:x>", [](double) {}, pottle::endpoint("float"));
        app.get("/a/<any(one, two):which>", [](std::string) {}, pottle::endpoint("any"));
        app.get("/u/<uuid:id>", [](Uuid) {}, pottle::endpoint("uuid"));
        const auto page = +[](long) {};
        app.get(runtime("/page/"), page, defaults({{"page", 1}}), pottle::endpoint("page"));
        app.get("/page/<int:page>", page, pottle::endpoint("page"));
        app.post("/form", [] {}, pottle::endpoint("form"));
        app.build_only("/cdn/<path:file>", "cdn");
        Blueprint shop("shop", {.url_prefix = "/shop"});
        shop.get(
            "/", [this](Request& r) { return r.url_for(endpoint, values, options); },
            pottle::endpoint("index"));
        shop.get("/items/<int:id>", [](long) {}, pottle::endpoint("item"));
        app.register_blueprint(std::move(shop));
    }
};

std::string build(std::string endpoint, UrlValues values = {}, UrlOptions options = {},
                  std::string target = "/ask") {
    Site site{std::move(endpoint), std::move(values), std::move(options)};
    TestClient client(site.make(), {.propagate_exceptions = true});
    return std::string(client.get(std::move(target)).text());
}

std::string build_error(std::string endpoint, UrlValues values = {}, UrlOptions options = {}) {
    return sentence_of<UrlBuildError>(
        [&] { build(std::move(endpoint), std::move(values), std::move(options)); });
}

}  // namespace

TEST_CASE("url_for: is relative in a request, absolute when external or scheme ask (UF-1)") {
    CHECK(build("index") == "/");
    CHECK(build("index", {}, {.external = true}) == "http://localhost/");
    CHECK(build("index", {}, {.scheme = "https"}) == "https://localhost/");
    CHECK(build("string", {{"name", "x"}}, {.external = true}) == "http://localhost/s/x");
}

TEST_CASE("url_for: outside of a request it is absolute and needs SERVER_NAME (UF-1)") {
    App app("test");
    app.get("/x", [] {}, endpoint("x"));
    CHECK(sentence_of<UrlBuildError>([&] {
              (void)app.url_for("x");
          }).ends_with("needs the setting SERVER_NAME"));
    CHECK(app.url_for("x", {}, {.external = false}) == "/x");

    App named("test");
    named.config().set("SERVER_NAME", "example.org:8000").set("APPLICATION_ROOT", "/app");
    named.get("/x", [] {}, endpoint("x"));
    CHECK(named.url_for("x") == "http://example.org:8000/app/x");

    App secure("test");
    secure.config().set("SERVER_NAME", "example.org").set("PREFER_SECURE_URLS", true);
    secure.get("/x", [] {}, endpoint("x"));
    CHECK(secure.url_for("x") == "https://example.org/x");
}

TEST_CASE("url_for: a leading dot is the current blueprint, or nothing outside of one (UF-2)") {
    CHECK(build(".item", {{"id", 3}}, {}, "/shop/") == "/shop/items/3");
    CHECK(build(".index", {}, {}, "/shop/") == "/shop/");
    CHECK(build(".index") == "/");
    CHECK(build("shop.item", {{"id", 3}}) == "/shop/items/3");
}

TEST_CASE("url_for: unknown values become the query, in order (UF-3)") {
    const std::vector<std::string> list{"x", "y"};
    CHECK(build("index", {{"a", 1}, {"b", list}, {"c", std::nullopt}, {"d", "\u00e9 &"}}) ==
          "/?a=1&b=x&b=y&d=%C3%A9+%26");
    CHECK(build("string", {{"q", "1/2"}, {"name", "n"}}) == "/s/n?q=1/2");
}

TEST_CASE("url_for: a path value is quoted, sub-delimiters stay (UF-4)") {
    CHECK(build("string", {{"name", "a b/c?\u00e9%"}}) == "/s/a%20b/c%3F%C3%A9%25");
    CHECK(build("string", {{"name", "!$&'()*+,/:;=@"}}) == "/s/!$&'()*+,/:;=@");
    CHECK(build("path", {{"name", "a/b"}}) == "/p/a/b/end");
}

TEST_CASE("url_for: values are written by their converter, or refused (UF-5)") {
    CHECK(build("digits", {{"n", 7}}) == "/i/0007");
    CHECK(build("digits", {{"n", "7"}}) == "/i/0007");
    CHECK(build("float", {{"x", 1.5}}) == "/f/1.5");
    CHECK(build("float", {{"x", 3}}) == "/f/3.0");
    CHECK(build("any", {{"which", "two"}}) == "/a/two");
    CHECK(build("uuid", {{"id", "12345678-1234-5678-1234-56781234567A"}}) ==
          "/u/12345678-1234-5678-1234-56781234567a");
    CHECK(build_error("any", {{"which", "three"}})
              .ends_with("a value does not fit the pattern /a/<any(one, two):which>"));
    CHECK_FALSE(build_error("digits", {{"n", "seven"}}).empty());
    CHECK_FALSE(build_error("uuid", {{"id", "1"}}).empty());
}

TEST_CASE("url_for: of several routes the one whose defaults fit is built (UF-6)") {
    CHECK(build("page", {{"page", 1}}) == "/page/");
    CHECK(build("page", {{"page", 2}}) == "/page/2");
    CHECK(build("page") == "/page/");
}

TEST_CASE("url_for: the anchor is quoted; a scheme cannot be relative (UF-7)") {
    CHECK(build("index", {}, {.anchor = "a b\u00e9?"}) == "/#a%20b%C3%A9?");
    CHECK(build_error("index", {}, {.external = false, .scheme = "https"}) ==
          "url_for: a scheme needs an external URL");
}

TEST_CASE("url_for: websocket endpoints are absolute ws and wss, from everywhere (UF-8)") {
    App app("test");
    app.websocket(
        "/ws/<int:room>", [](long, Websocket&) -> Task<> { co_return; }, endpoint("room"));
    app.get("/page", [] {}, endpoint("page"));
    app.get("/ask", [](Request& r) { return r.url_for("room", {{"room", 7}}); });
    app.websocket("/ask", [](Websocket& ws) -> Task<> {
        Request& handshake = ws.request();
        co_await ws.send(handshake.url_for("room", {{"room", 8}}));
        co_await ws.send(handshake.url_for("page", {}, {.external = true}));
        co_await ws.send(handshake.url_for("page"));
    });
    TestClient client(std::move(app));
    CHECK(client.get("/ask").text() == "ws://localhost/ws/7");
    CHECK(client.get("/ask", TestSettings{.scheme = "https"}).text() == "wss://localhost/ws/7");
    TestWebsocket clear = client.websocket("/ask");
    CHECK(clear.receive() == "ws://localhost/ws/8");
    CHECK(clear.receive() == "http://localhost/page");
    CHECK(clear.receive() == "/page");
    TestWebsocket secure = client.websocket("/ask", TestSettings{.scheme = "https"});
    CHECK(secure.receive() == "wss://localhost/ws/8");
    CHECK(secure.receive() == "https://localhost/page");
}

TEST_CASE("url_for: a failure names the nearest endpoint, values or methods (UF-9)") {
    CHECK(build_error("strnig") ==
          "no URL can be built for the endpoint \"strnig\": did you mean \"string\"?");
    CHECK(build_error("zzzzzzzz") ==
          "no URL can be built for the endpoint \"zzzzzzzz\": no route has it");
    CHECK(build_error("shop.item") ==
          "no URL can be built for the endpoint \"shop.item\": it needs values for id");
    CHECK(build_error("form", {}, {.method = "PUT"}) ==
          "no URL can be built for the endpoint \"form\": its methods are POST, OPTIONS");
}

TEST_CASE("url_for: handlers of build errors may answer, in order (UF-9)") {
    Site site{"gone", {{"id", 3}}, {}};
    App app = site.make();
    Trace trace;
    app.url_build_error_handler([&](const UrlBuildError&, std::string_view,
                                    const UrlValues&) -> std::optional<std::string> {
        trace.push_back("first");
        return std::nullopt;
    });
    app.url_build_error_handler([&](const UrlBuildError&, std::string_view endpoint,
                                    const UrlValues& values) -> std::optional<std::string> {
        return std::string(endpoint) + "!" + values.find("id")->text();
    });
    TestClient client(std::move(app));
    CHECK(client.get("/ask").text() == "gone!3");
    CHECK(trace == Trace{"first"});
}

TEST_CASE("url_for: a route of the request's own method is preferred (UF-6)") {
    Site site{"both", {}, {}};
    App app = site.make();
    app.get("/by-get", [] { return 1; }, endpoint("x"));
    const auto both = +[] {};
    app.get("/both-get", both, endpoint("both"));
    app.post("/both-post", both, endpoint("both"));
    TestClient client(std::move(app));
    CHECK(client.get("/ask").text() == "/both-get");
    CHECK(client.post("/ask").text() == "/both-post");
    site.options.method = "POST";
    CHECK(client.get("/ask").text() == "/both-post");
}

TEST_CASE("url_for: build_only patterns are built and never match (RT-6)") {
    CHECK(build("cdn", {{"file", "a/b.css"}}) == "/cdn/a/b.css");
    Site site;
    TestClient client(site.make());
    CHECK(client.get("/cdn/a/b.css").status == 404);
}

TEST_CASE("url_for: url_defaults add values, the application's first (RT-32)") {
    Site site{"shop.item", {{"id", 3}}, {}};
    App app = site.make();
    app.url_defaults([](std::string_view, UrlValues& values, Request* request) {
        values.set_default("from", request ? request->path() : "nowhere");
    });
    Blueprint part("part", {.url_prefix = "/part"});
    part.url_defaults(
        [](std::string_view endpoint, UrlValues& values) { values.set("endpoint", endpoint); });
    part.get("/", [] {}, endpoint("index"));
    app.register_blueprint(std::move(part));
    TestClient client(std::move(app));
    CHECK(client.get("/ask").text() == "/shop/items/3?from=/ask");
    site.endpoint = "part.index";
    site.values = {};
    CHECK(client.get("/ask").text() == "/part/?from=/ask&endpoint=part.index");
}

TEST_CASE("routing: a default's value in the path is redirected to the path without it (RT-30)") {
    App app("test");
    const auto page = +[](long number) { return std::to_string(number); };
    app.get(runtime("/page/"), page, defaults({{"page", 1}}), endpoint("page"));
    app.get("/page/<int:page>", page, endpoint("page"));
    TestClient client(std::move(app));
    CHECK(client.get("/page/").text() == "1");
    CHECK(client.get("/page/2").text() == "2");
    const TestResponse moved = client.get("/page/1?q=1");
    CHECK(moved.status == 308);
    CHECK(moved.header("location") == "http://localhost/page/?q=1");
}

TEST_CASE("routing: redirect() and alias() send a match elsewhere (RT-6, RT-1)") {
    App app("test");
    app.redirect("/old/<int:id>", "/new/<int:id>");
    app.redirect("/away", "https://example.org/");
    const auto item = +[](long id) { return std::to_string(id); };
    app.get("/new/<int:id>", item, endpoint("item"));
    app.get("/item/<int:id>", item, endpoint("item"), alias());
    TestClient client(std::move(app));
    CHECK(client.get("/old/7").status == 308);
    CHECK(client.get("/old/7").header("location") == "http://localhost/new/7");
    CHECK(client.get("/away").header("location") == "https://example.org/");
    CHECK(client.get("/item/7").header("location") == "http://localhost/new/7");
    CHECK(client.get("/new/7").text() == "7");
}

TEST_CASE("routing: a handler that takes more than pattern and defaults stops start-up (RT-2)") {
    App app("test");
    app.get(runtime("/page/"), [](long, long) {}, defaults({{"page", 1}}));
    CHECK(sentence_of<ConfigError>([&] {
              app.gateway();
          }).ends_with("the handler takes more path values than the pattern has parameters"));
}
