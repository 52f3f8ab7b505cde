// SPDX-License-Identifier: MIT
#include "todos.hpp"

#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace todo;

// doc: test
TEST_CASE("todo: makes, shows, changes and removes a to-do") {
    TestClient client{create_app()};
    CHECK(client.get("/api/todos/").text() == "[]");

    const TestResponse made = client.post("/api/todos/", Json{NewTodo{"milk", 1}});
    CHECK(made.status == 201);
    CHECK(made.header("location") == "/api/todos/1");
    CHECK(made.json<Todo>().title == "milk");

    const Headers json{{"Content-Type", "application/json"}};
    CHECK(client.patch("/api/todos/1", R"({"done":true})", json).json<Todo>().done);
    CHECK(client.get("/api/todos/1").json<Todo>().priority == 1);

    CHECK(client.del("/api/todos/1").status == 204);
    CHECK(client.del("/api/todos/1").status == 404);
}
// doc: end

TEST_CASE("todo: pages through the list") {
    TestClient client{create_app()};
    for (int i = 0; i < 30; ++i) client.post("/api/todos/", Json{NewTodo{"x", 3}});
    CHECK(client.get("/api/todos/").json<std::vector<Todo>>().size() == 20);
    const auto page = client.get("/api/todos/?offset=25&limit=10").json<std::vector<Todo>>();
    REQUIRE(page.size() == 5);
    CHECK(page[0].id == 26);
    CHECK(client.get("/api/todos/?limit=0").status == 422);
}

TEST_CASE("todo: says what is wrong with a to-do") {
    TestClient client{create_app()};
    const Headers json{{"Content-Type", "application/json"}};
    const TestResponse r = client.post("/api/todos/", R"({"title":"","priority":9})", json);
    CHECK(r.status == 422);
    CHECK(r.json().find("errors")->find(std::size_t{1})->find("pointer")->dump() ==
          "\"/priority\"");
    CHECK(client.post("/api/todos/", "{", json).status == 400);
    CHECK(client.post("/api/todos/", "{}").status == 415);
}

// doc: events-test
TEST_CASE("todo: who listens is told of every change") {
    TestClient client{create_app()};
    TestConnection events =
        client.request("GET", "/api/todos/events", Headers{{"Accept", "text/event-stream"}});
    CHECK(events.receive() == "event: todos\ndata: []\n\n");
    client.post("/api/todos/", Json{NewTodo{"milk", 1}});
    CHECK(events.receive()->contains("milk"));
}
// doc: end

TEST_CASE("todo: errors are JSON, also those of routing") {
    TestClient client{create_app()};
    const TestResponse missing = client.get("/nowhere");
    CHECK(missing.status == 404);
    CHECK(missing.text() == R"({"status":404,"title":"Not Found"})");

    App small{"small"};
    small.use<Store>(std::size_t{0});
    small.register_blueprint(todos());
    TestClient full{std::move(small)};
    CHECK(full.post("/api/todos/", Json{NewTodo{"x", 3}}).status == 409);
}

// doc: page-test
TEST_CASE("todo: shows what is left as a page, which adds one") {
    TestClient client{create_app()};
    CHECK(client.get("/").text().find("Nothing is left.") != std::string::npos);
    const Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
    CHECK(client.post("/", "title=", form).text().contains("The title must have between"));
    CHECK(client.post("/", "title=%3Cb%3Emilk", form).status == 303);
    CHECK(client.get("/").text().find("<li>&lt;b&gt;milk <small>***</small></li>") !=
          std::string::npos);
}
// doc: end

TEST_CASE("todo: a form without a title is refused") {
    TestClient client{create_app()};
    const Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
    CHECK(client.post("/", "title=", form).status == 422);
}
