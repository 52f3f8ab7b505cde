// SPDX-License-Identifier: MIT
#include <pottle/async/event.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("TestClient: sends method, target, fields and body as they were given") {
    App app("test");
    app.route(
        "/<path:rest>",
        [](std::string rest, Request& r, Body body) {
            return std::string(r.method_text()) + " " + rest + "?" + std::string(r.query_string()) +
                   " " + std::string(r.headers().get("x-a")) + " " + std::string(body.view());
        },
        methods("PUT"));
    TestClient client(std::move(app));
    CHECK(client.put("/a/b?c=d", "body", Headers{{"X-A", "1"}}).text() == "PUT a/b?c=d 1 body");
}

TEST_CASE("TestClient: adds the fields that the server would") {
    App app("test");
    app.get("/text", [] { return "abc"; });
    app.get("/own", [](Response& response) {
        response.headers.set("Content-Type", "text/plain");
        return "abc";
    });
    app.get("/nothing", [] {});
    TestClient client(std::move(app));
    CHECK(client.get("/text").header("content-length") == "3");
    CHECK(client.get("/own").headers.get_all("content-type").size() == 1);
    CHECK(client.get("/own").header("content-type") == "text/plain");
    CHECK_FALSE(client.get("/nothing").headers.contains("content-type"));
}

TEST_CASE("TestClient: time is virtual and moves with what handlers wait for") {
    App app("test");
    app.get("/", []() -> Task<std::string> {
        co_await sleep(24h);
        co_return "tomorrow";
    });
    TestClient client(std::move(app));
    const SteadyTime before = client.executor().now();
    CHECK(client.get("/").text() == "tomorrow");
    CHECK(client.executor().now() - before >= 24h);
}

TEST_CASE("TestClient: a handler that waits for ever is a LogicError and not a hang") {
    App app("test");
    app.get("/", []() -> Task<> {
        async::Event never;
        co_await never.wait();
    });
    TestClient client(std::move(app));
    CHECK_THROWS_AS(client.get("/"), LogicError);
}

TEST_CASE("TestResponse: json() reads the body as a type or as a document") {
    struct Ale {
        std::string name;
    };
    App app("test");
    app.get("/", [] { return Ale{"stout"}; });
    app.get("/text", [] { return "stout"; });
    TestClient client(std::move(app));
    CHECK(client.get("/").json<Ale>().name == "stout");
    CHECK(client.get("/").json().find("name")->dump() == "\"stout\"");
    CHECK_THROWS_AS(client.get("/text").json(), LogicError);
    CHECK_THROWS_AS(client.get("/text").json<Ale>(), LogicError);
}
