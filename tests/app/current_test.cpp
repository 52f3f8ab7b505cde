// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/async/shield.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// What somebody who was handed nothing finds.
Task<std::string> look() {
    const Request* request = co_await find_current_request();
    const Websocket* websocket = co_await find_current_websocket();
    const auto app = co_await find_current_app();
    co_return (app ? std::string(app->name()) : "-") + " " +
        (request ? std::string(request->path()) : "-") + (websocket ? " ws" : "");
}

struct Seen {
    std::string text;
};

Task<> note(Seen* seen) {
    co_await sleep(1ms);
    seen->text = co_await look();
}

Task<> set_answer(Seen seen) {
    (co_await current_request()).g.set<Seen>(std::move(seen));
}

}  // namespace

TEST_CASE("current_request: what a handler awaits finds request, session and app (CTX-1, CTX-6)") {
    App app("shop");
    app.config().set("SECRET_KEY", "secret");
    Seen started;
    app.before_serving([&started]() -> Task<> { co_await note(&started); });
    app.before_request([]() -> Task<> { co_await set_answer({"of the hook"}); });
    app.get("/one", []() -> Task<std::string> {
        co_await sleep(1ms);
        Request& request = co_await current_request();
        (co_await current_session()).set("n", 1);
        co_return co_await look() + ", " + request.g.get<Seen>().text;
    });
    app.get("/fibre", fibre([] { return await_sync(look()); }));
    app.get("/app", [](Request& request) { return std::string(request.app().name()); });
    app.websocket("/ws", [](Websocket& ws) -> Task<> {
        co_await ws.send(co_await look());
        co_await ws.send((co_await current_websocket()).url());
    });
    TestClient client(std::move(app));
    CHECK(started.text == "shop -");
    const TestResponse one = client.get("/one");
    CHECK(one.text() == "shop /one, of the hook");
    CHECK(one.headers.contains("set-cookie"));
    CHECK(client.get("/fibre").text() == "shop /fibre");
    CHECK(client.get("/app").text() == "shop");
    TestWebsocket ws = client.websocket("/ws");
    CHECK(ws.receive() == "shop /ws ws");
    CHECK(ws.receive() == "ws://localhost/ws");
}

TEST_CASE("current_request: outside of one the sentence says what is missing (CTX-1, U-8)") {
    async::VirtualExecutor executor;
    const auto sentence = [&](Task<> task) {
        return sentence_of<LogicError>([&] { executor.run(std::move(task)); });
    };
    CHECK(sentence([]() -> Task<> { (void)co_await current_request(); }())
              .starts_with("not within a request context"));
    CHECK(sentence([]() -> Task<> { (void)co_await current_websocket(); }())
              .starts_with("not within a websocket context"));
    CHECK(sentence([]() -> Task<> { (void)co_await current_session(); }())
              .starts_with("not within a request nor websocket context"));
    CHECK(sentence([]() -> Task<> { (void)co_await current_app(); }())
              .starts_with("not within an app context"));
}

TEST_CASE(
    "current_request: child tasks, timeouts and streamed bodies find it (CTX-4, CTX-7, U-8)") {
    App app("shop");
    app.get("/tasks", []() -> Task<std::string> {
        Seen first, second;
        Scope scope(co_await async::current_scope());
        scope.spawn(note, &first);
        scope.spawn(note, &second);
        co_await scope.join();
        co_return first.text + ", " + second.text + ", " + co_await timeout(1s, look());
    });
    app.get("/stream", []() -> Generator<std::string> {
        co_yield co_await look();
        co_await sleep(1ms);
        co_yield ", " + co_await look();
    });
    TestClient client(std::move(app));
    CHECK(client.get("/tasks").text() == "shop /tasks, shop /tasks, shop /tasks");
    CHECK(client.get("/stream").text() == "shop /stream, shop /stream");
}

TEST_CASE(
    "current_request: a background task has the app and values, not the request (CTX-5, BG-1)") {
    App app("shop");
    Seen seen;
    app.post("/<name>", [&seen](std::string name, BackgroundTasks& background) {
        background.add(
            [&seen](std::string value) -> Task<> {
                co_await sleep(1s);
                seen.text = value + ": " + co_await look();
            },
            std::move(name));
    });
    TestClient client(std::move(app));
    client.post("/ale");
    client.executor().advance(1s);
    CHECK(seen.text == "ale: shop -");
}

TEST_CASE("current_request: two requests at once find each its own (CTX-4)") {
    App app("shop");
    app.get("/<n>", [](std::string) -> Task<std::string> {
        co_await sleep(1s);
        co_return co_await look();
    });
    TestClient client(std::move(app));
    TestConnection one = client.request("GET", "/1");
    one.send_complete();
    TestConnection two = client.request("GET", "/2");
    two.send_complete();
    CHECK(one.as_response().text() == "shop /1");
    CHECK(two.as_response().text() == "shop /2");
}

TEST_CASE("current_request: an application below another finds itself (CTX-2, MW-2)") {
    App inner("inner");
    inner.get("/x", []() -> Task<std::string> { co_return co_await look(); });
    App outer("outer");
    outer.get("/x", []() -> Task<std::string> { co_return co_await look(); });
    outer.mount("/in", std::move(inner));
    TestClient client(std::move(outer));
    CHECK(client.get("/x").text() == "outer /x");
    CHECK(client.get("/in/x").text() == "inner /x");
}

TEST_CASE("AppHandle: extensions keep one, and reach what the application has (APP-9)") {
    struct Greeter {
        std::optional<AppHandle> app;
        void install(AppHandle handle) {
            app.emplace(handle);
            handle.config().set_default("GREETING", "hello");
            handle.get("/greet", [this] { return app->config().get<std::string>("GREETING"); });
        }
    };
    App app("shop");
    app.use<Greeter>();
    app.config().set("GREETING", "ahoy");
    App moved = std::move(app);
    TestClient client(std::move(moved));
    CHECK(client.get("/greet").text() == "ahoy");
    CHECK(&client.app().extension<Greeter>().app->config() == &client.app().config());
}

TEST_CASE("current_request: a shielded section finds it too (CTX-1)") {
    App app("shop");
    app.get("/", []() -> Task<std::string> { co_return co_await shield(look()); });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "shop /");
}
