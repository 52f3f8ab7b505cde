// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("TestApp: the clock of sessions and cookies is the virtual one (TST-4)") {
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    app.config().set("PERMANENT_SESSION_LIFETIME", 60s);
    app.get("/", [](Session& session) {
        const bool known = session.contains("n");
        session.set("n", 1);
        return known ? "known" : "new";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "new");
    client.executor().advance(59s);
    CHECK(client.get("/").text() == "known");
    client.executor().advance(61s);
    CHECK(client.get("/").text() == "new");
}

TEST_CASE("TestApp: start-up runs when it is made, shutdown once, and both may fail (TST-5)") {
    std::string trace;
    App app("test");
    app.before_serving([&trace] { trace += "up "; });
    app.after_serving([&trace] { trace += "down "; });
    app.get("/", [](BackgroundTasks& background, Config&) {
        background.add([]() -> Task<> { co_await sleep(2s); });
    });
    {
        TestApp running(std::move(app));
        CHECK(trace == "up ");
        TestClient(running).get("/");
        running.shutdown();  // waits for the task
        CHECK(running.app().background_tasks().running() == 0);
        running.shutdown();
    }
    CHECK(trace == "up down ");

    App broken("test");
    broken.before_serving([] { throw std::runtime_error("no database"); });
    CHECK_THROWS_WITH_AS(TestApp{std::move(broken)}, "no database", std::runtime_error);
    App endless("test");
    endless.before_serving([]() -> Task<> { co_await sleep(1h); });
    CHECK_THROWS_AS(TestApp{std::move(endless)}, TimedOut);
}

TEST_CASE("TestApp: run_command() gives status and output of an own command (TST-5, CLI-5)") {
    App app("shop");
    app.command("seed", "fills", [](Arguments& arguments, Config& config) -> Task<> {
        co_await sleep(1h);
        const auto here = co_await find_current_app();
        std::printf("%s: %s barrels in %s\n", here ? std::string(here->name()).c_str() : "",
                    std::string(arguments.get("--count")).c_str(),
                    config.get<std::string>("CELLAR").c_str());
        arguments.set_exit_status(3);
    });
    app.config().set("CELLAR", "the cellar");
    TestApp running(std::move(app));
    const TestCommand seeded = running.run_command("seed", {"--count", "4"});
    CHECK(seeded.status == 3);
    CHECK(seeded.output == "shop: 4 barrels in the cellar\n");
    CHECK_THROWS_AS(running.run_command("sed"), LogicError);
}

TEST_CASE("TestRequestContext: a routed request for what takes one, without hooks (CTX-7)") {
    std::string trace;
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    app.before_request([&trace](Request& request) -> std::optional<std::string> {
        trace += "before ";
        if (request.path() == "/closed") return "closed";
        return std::nullopt;
    });
    app.teardown_request([&trace] { trace += "teardown "; });
    app.get("/todos/<int:id>", [](long) {}, endpoint("todo"));
    TestApp running(std::move(app));
    {
        TestRequestContext context(running, "/todos/7?page=2", Headers{{"X-Key", "k"}},
                                   TestSettings{.scheme = "https"});
        Request& request = context.request();
        CHECK(request.endpoint() == "todo");
        CHECK(request.view_arg("id") == "7");
        CHECK(request.args().get("page") == "2");
        CHECK(request.headers().get("x-key") == "k");
        CHECK(request.url_for("todo", {{"id", 8}}, {.external = true}) ==
              "https://localhost/todos/8");
        request.session().set("n", 1);
        CHECK(trace.empty());
        CHECK_FALSE(context.preprocess_request());
        std::string found;
        context.run([](std::string* path) -> Task<> {
            *path = std::string((co_await current_request()).path());
        }(&found));
        CHECK(found == "/todos/7");
        context.tear_down();
        CHECK(trace == "before teardown ");
    }
    TestRequestContext closed(running, "/closed");
    const auto answer = closed.preprocess_request();
    REQUIRE(answer);
    CHECK(answer->text() == "closed");
}

TEST_CASE("TestClient: root_path is where the application is mounted (TST-1, RT-44)") {
    App app("test");
    app.get("/x", [](Request& r) { return r.root_path() + " " + r.url_for("x"); }, endpoint("x"));
    TestClient client(std::move(app));
    CHECK(client.get("/shop/x", TestSettings{.root_path = "/shop"}).text() == "/shop /shop/x");
    CHECK(client.get("/shop/x").status == 404);
    CHECK_THROWS_AS(client.get("/x", TestSettings{.root_path = "/shop"}), LogicError);
}
