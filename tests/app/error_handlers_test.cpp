// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>
#include <pottle/base/log.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Base : std::exception {};
struct Derived : Base {};
struct MostDerived : Derived {};

void discard_log(void*, log::Level, std::string_view) {}

struct Quiet {
    Quiet() { log::set_sink(&discard_log, nullptr); }
    ~Quiet() { log::set_sink(nullptr, nullptr); }
};

}  // namespace

TEST_CASE("errorhandler: the handler nearest to the thrown type answers (ERR-4)") {
    App app("test");
    app.errorhandler<std::exception>([](const std::exception&) { return "std"; });
    app.errorhandler<Derived>([](const Derived&) { return "derived"; });
    app.errorhandler<Base>([](const Base&) { return "base"; });
    app.get("/base", [] { throw Base(); });
    app.get("/derived", [] { throw Derived(); });
    app.get("/most", [] { throw MostDerived(); });
    app.get("/other", [] { throw std::runtime_error("x"); });
    TestClient client(std::move(app));
    CHECK(client.get("/base").text() == "base");
    CHECK(client.get("/derived").text() == "derived");
    CHECK(client.get("/most").text() == "derived");
    CHECK(client.get("/other").text() == "std");
}

TEST_CASE("errorhandler: the status is 200 unless the handler gives one (ERR-3)") {
    App app("test");
    app.errorhandler(404, [] { return "plain"; });
    app.errorhandler(
        403, [](const HTTPException& e) { return Reply{std::string(e.name()), e.status()}; });
    app.get("/forbidden", [] { abort(403); });
    TestClient client(std::move(app));
    CHECK(client.get("/missing").status == 200);
    CHECK(client.get("/missing").text() == "plain");
    const TestResponse forbidden = client.get("/forbidden");
    CHECK(forbidden.status == 403);
    CHECK(forbidden.text() == "Forbidden");
}

TEST_CASE("errorhandler: by status comes before by type, also across blueprints (ERR-4)") {
    App app("test");
    app.errorhandler(404, [] { return "app 404"; });
    Blueprint part("part", {.url_prefix = "/part"});
    part.errorhandler<HTTPException>([](const HTTPException&) { return "part"; });
    part.get("/404", [] { abort(404); });
    part.get("/403", [] { abort(403); });
    app.register_blueprint(std::move(part));
    TestClient client(std::move(app));
    CHECK(client.get("/part/404").text() == "app 404");
    CHECK(client.get("/part/403").text() == "part");
}

TEST_CASE("errorhandler: the innermost blueprint answers first (BP-9)") {
    App app("test");
    Blueprint outer("outer", {.url_prefix = "/outer"});
    Blueprint inner("inner", {.url_prefix = "/inner"});
    app.errorhandler(404, [] { return "app"; });
    outer.errorhandler(404, [] { return "outer"; });
    inner.errorhandler(404, [] { return "inner"; });
    inner.get("/", [] { abort(404); });
    outer.get("/", [] { abort(404); });
    outer.register_blueprint(std::move(inner));
    app.register_blueprint(std::move(outer));
    TestClient client(std::move(app));
    CHECK(client.get("/outer/inner/").text() == "inner");
    CHECK(client.get("/outer/").text() == "outer");
    CHECK(client.get("/outer/inner/missing").text() == "app");
}

TEST_CASE("errorhandler: 500 answers what nobody else does, after it was logged (ERR-6)") {
    Quiet quiet;
    App app("test");
    app.errorhandler(500, [](const HTTPException& e) {
        return Reply{std::string("sorry: ") + std::string(e.name()), e.status()};
    });
    app.get("/", [] { throw 7; });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/");
    CHECK(r.status == 500);
    CHECK(r.text() == "sorry: Internal Server Error");
}

TEST_CASE("errorhandler: it may be a coroutine, take the request and extensions") {
    struct Counter {
        int count = 0;
    };
    App app("test");
    Counter& counter = app.use<Counter>();
    // coroutine-ok: the request keeps the exception while its handler runs
    app.errorhandler([](const Base&, Request& request, Counter& c) -> Task<Reply<std::string>> {
        co_await sleep(1s);
        ++c.count;
        co_return {std::string(request.path()), 409};
    });
    app.get("/x", [] { throw MostDerived(); });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/x");
    CHECK(r.status == 409);
    CHECK(r.text() == "/x");
    CHECK(counter.count == 1);
}

TEST_CASE("errorhandler: one that fails itself ends in the plain 500") {
    Quiet quiet;
    App app("test");
    app.errorhandler(404, []() -> std::string { throw std::runtime_error("again"); });
    TestClient client(std::move(app));
    CHECK(client.get("/missing").status == 500);
}

TEST_CASE("errorhandler: a redirect and a ready response go past the handlers (ERR-5)") {
    App app("test");
    app.errorhandler<std::exception>([](const std::exception&) { return "caught"; });
    app.get("/x/", [] { return ""; });
    app.get("/own", [] { abort(Response("own", 418)); });
    TestClient client(std::move(app));
    CHECK(client.get("/x").status == 308);
    CHECK(client.get("/own").status == 418);
    CHECK(client.get("/missing").text() == "caught");
}

TEST_CASE("errorhandler: fields set before the error are dropped") {
    App app("test");
    app.get("/", [](Response& response) {
        response.headers.set("X-Draft", "1");
        response.set_content_type("text/plain");
        abort(404);
    });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/");
    CHECK(r.header("x-draft").empty());
    CHECK(r.header("content-type") == "text/html; charset=utf-8");
}

TEST_CASE("errorhandler: a status that is no error is refused when it is registered (ERR-1)") {
    App app("test");
    CHECK_THROWS_AS(app.errorhandler(200, [] { return ""; }), ConfigError);
}
