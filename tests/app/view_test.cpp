// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/app/view.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <map>
#include <optional>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Items {
    std::map<long, std::string>* items;
    int calls = 0;

    std::optional<std::string> get(long id) {
        ++calls;
        const auto found = items->find(id);
        if (found == items->end()) return std::nullopt;
        return found->second + std::to_string(calls);
    }
    Task<std::string> put(long id, Request& request) {
        co_await sleep(1ms);
        ++calls;  // the object is still there
        (*items)[id] = std::string(co_await request.get_data());
        co_return "put" + std::to_string(calls);
    }
    void del(long id) { items->erase(id); }
};

struct Counter {
    static constexpr bool init_every_request = false;
    int calls = 0;
    int dispatch_request() { return ++calls; }
};

struct Greeter {
    std::string greeting;
    std::string dispatch_request(std::string name) const { return greeting + name; }
};

}  // namespace

TEST_CASE("MethodView: member functions answer their methods, others are 405 (CBV-2)") {
    std::map<long, std::string> items{{1, "one"}};
    App app("test");
    add_view(app, "/items/<int:id>", Items{&items}, endpoint("item"));
    app.get("/ask", [](Request& r) { return r.url_for("item", {{"id", 3}}); });
    TestClient client(std::move(app));
    CHECK(client.get("/items/1").text() == "one1");
    CHECK(client.get("/items/1").text() == "one1");  // a new object for each request (CBV-1)
    CHECK(client.head("/items/1").status == 200);
    CHECK(client.get("/items/2").status == 404);
    CHECK(client.put("/items/2", std::string("two")).text() == "put1");
    CHECK(client.get("/items/2").text() == "two1");
    CHECK(client.del("/items/2").status == 204);
    const TestResponse refused = client.post("/items/1");
    CHECK(refused.status == 405);
    CHECK(refused.header("allow") == "GET, HEAD, PUT, DELETE, OPTIONS");
    CHECK(client.get("/ask").text() == "/items/3");
}

TEST_CASE("View: dispatch_request answers, from one object when it asks for that (CBV-1)") {
    App app("test");
    add_view(app, "/count", Counter{});
    add_view(app, "/greet/<name>", Greeter{"hello "}, methods("GET", "POST"));
    TestClient client(std::move(app));
    CHECK(client.get("/count").text() == "1");
    CHECK(client.get("/count").text() == "2");
    CHECK(client.post("/greet/bob").text() == "hello bob");
    CHECK(client.put("/greet/bob").status == 405);
}

TEST_CASE("View: a pattern that does not fit stops start-up with its line (CBV-1)") {
    App app("test");
    add_view(app, "/greet/", Greeter{"hello "});
    const std::string sentence = sentence_of<ConfigError>([&] { app.gateway(); });
    CHECK(sentence.find("view_test.cpp:") != std::string::npos);
    CHECK(sentence.ends_with("the handler takes more path values than the pattern has parameters"));
}
