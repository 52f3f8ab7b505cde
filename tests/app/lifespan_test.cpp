// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/async/scope.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Cache {
    Trace trace;
};

}  // namespace

TEST_CASE("lifespan: serving hooks run in order around the requests (LC-1, LC-3)") {
    Cache cache;
    {
        App app("test");
        app.provide(cache);
        app.while_serving([](Cache& c) -> WhileServing {
            c.trace.push_back("open 1");
            co_yield serving;
            c.trace.push_back("close 1");
        });
        app.while_serving([](Cache& c, Config&) -> WhileServing {
            co_await sleep(1ms);
            c.trace.push_back("open 2");
            co_yield serving;
            co_await sleep(1ms);
            c.trace.push_back("close 2");
        });
        app.before_serving([](Cache& c) { c.trace.push_back("before 1"); });
        Blueprint part("part");
        part.before_serving([](Cache& c) -> Task<> {
            co_await sleep(1s);
            c.trace.push_back("before 2");
        });
        part.after_serving([](Cache& c) { c.trace.push_back("after 2"); });
        app.after_serving([](Cache& c) { c.trace.push_back("after 1"); });
        app.register_blueprint(std::move(part));
        app.get("/", [](Cache& c) { c.trace.push_back("request"); });
        TestClient client(std::move(app));
        CHECK(client.get("/").status == 204);
    }
    CHECK(cache.trace == Trace{"before 1", "before 2", "open 1", "open 2", "request", "after 1",
                               "after 2", "close 2", "close 1"});
}

TEST_CASE("lifespan: what a before_serving hook throws stops the program (LC-2)") {
    App app("test");
    int told = 0;
    app.signals().got_serving_exception.connect([&](std::exception_ptr) { ++told; }).keep();
    app.before_serving([] { throw std::runtime_error("no disk"); });
    CHECK(sentence_of<std::runtime_error>([&] { TestClient client(std::move(app)); }) == "no disk");
    CHECK(told == 1);
}

TEST_CASE("lifespan: a while_serving hook must yield exactly once (LC-2)") {
    App never("test");
    never.while_serving([]() -> WhileServing { co_return; });
    CHECK(sentence_of<ConfigError>([&] {
              TestClient client(std::move(never));
          }).find("ended without") != std::string::npos);

    App twice("test");
    twice.while_serving([]() -> WhileServing {
        co_yield serving;
        co_yield serving;
    });
    TestClient client(std::move(twice));
    CHECK(sentence_of<ConfigError>([&] {
              client.executor().run(client.app().gateway().shutdown());
          }).find("once, not twice") != std::string::npos);
}

TEST_CASE("lifespan: an after_serving hook that throws does not stop the others (LC-2)") {
    Cache cache;
    App app("test");
    app.provide(cache);
    app.after_serving([] { throw std::runtime_error("first"); });
    app.after_serving([](Cache& c) { c.trace.push_back("second"); });
    TestClient client(std::move(app));
    CHECK(sentence_of<std::runtime_error>(
              [&] { client.executor().run(client.app().gateway().shutdown()); }) == "first");
    CHECK(cache.trace == Trace{"second"});
}

TEST_CASE("lifespan: a serving hook's missing extension stops start-up") {
    App app("test");
    app.before_serving([](Cache&) {});
    CHECK(sentence_of<ConfigError>([&] {
              app.gateway();
          }).starts_with("a before_serving hook needs"));
}

TEST_CASE("shutdown_event: is set before anything else ends, and wakes who waits (APP-11, LC-3)") {
    Trace trace;
    {
        App app("test");
        app.provide(trace);
        app.after_serving([](Trace& t, ShutdownEvent& event) {
            t.push_back(event.is_set() ? "after, set" : "after, not set");
        });
        app.get("/", [](Trace& t, ShutdownEvent& event, BackgroundTasks& background) {
            t.push_back(event.is_set() ? "set" : "not set");
            background.add(
                [](ShutdownEvent* e, Trace* lines) -> Task<> {
                    co_await e->wait();
                    lines->push_back("woken");
                },
                &event, &t);
        });
        TestClient client(std::move(app));
        client.get("/");
    }
    CHECK(trace == Trace{"not set", "woken", "after, set"});
}

TEST_CASE("background tasks: start at once and outlive their request (BG-1, BG-3)") {
    Trace trace;
    App app("test");
    app.provide(trace);
    app.get("/", [](Trace& t, BackgroundTasks& background) {
        background.add(
            [](Trace* lines, std::string name) -> Task<> {
                lines->push_back(name + " begins");
                co_await sleep(1s);
                lines->push_back(name + " ends");
            },
            &t, std::string("mail"));
        t.push_back("answer");
        return "ok";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "ok");
    CHECK(trace == Trace{"mail begins", "answer"});
    CHECK(client.app().background_tasks().running() == 1);
    CHECK(client.app().extension<ServerStats>().read().background_tasks == 1);
    client.executor().advance(1s);
    CHECK(trace.back() == "mail ends");
    CHECK(client.app().background_tasks().running() == 0);
    CHECK(client.app().extension<ServerStats>().read().background_tasks == 0);
}

TEST_CASE("background tasks: plain functions run on the blocking pool (BG-1)") {
    int sum = 0;
    App app("test");
    app.provide(sum);
    TestClient client(std::move(app));
    client.app().add_background_task([](int* out, int value) { *out = value; }, &sum, 7);
    client.executor().run_until_idle();
    CHECK(sum == 7);
}

TEST_CASE("background tasks: one added before there is a loop waits for it (U-2)") {
    Trace trace;
    App app("test");
    app.add_background_task(
        [](Trace* t) -> Task<> {
            t->push_back("early");
            co_return;
        },
        &trace);
    CHECK(trace.empty());
    TestClient client(std::move(app));
    CHECK(trace == Trace{"early"});
}

TEST_CASE("background tasks: an exception is logged and told, and nothing else (BG-2)") {
    const LogCapture log;
    App app("test");
    Trace told;
    app.signals()
        .got_background_exception
        .connect([&](std::exception_ptr error) {
            told.push_back(sentence_of<std::runtime_error>([&] { std::rethrow_exception(error); }));
        })
        .keep();
    app.get("/", [](BackgroundTasks& background) {
        background.add([]() -> Task<> {
            co_await sleep(1ms);
            throw std::runtime_error("broken");
        });
        return "ok";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "ok");
    client.executor().advance(1ms);
    CHECK(told == Trace{"broken"});
    CHECK(log.contains("Exception in a background task: broken"));
}

namespace {
struct FakeServer final : gateway::Stopper {
    void stop(const char* why) noexcept override { reason = why; }
    void shut_down() noexcept override { reason = "shut down"; }
    std::string reason;
};
}  // namespace

TEST_CASE("background tasks: a critical one that fails stops the server (U-2)") {
    const LogCapture log;
    FakeServer server;
    TestClient client(App("test"));
    client.app().gateway().set_stopper(&server);
    const auto fail = []() -> Task<> {
        co_await sleep(1ms);
        throw std::runtime_error("broken");
    };
    client.app().background_tasks().add(fail);
    client.executor().advance(1ms);
    CHECK(server.reason.empty());
    client.app().background_tasks().add_critical(fail);
    client.executor().advance(1ms);
    CHECK(server.reason == "a critical background task failed");
}

TEST_CASE("background tasks: get their time at shutdown, then are cancelled (LC-3, BG-3)") {
    Trace trace;
    App app("test");
    app.config().set("BACKGROUND_TASK_SHUTDOWN_TIMEOUT", 5);
    app.provide(trace);
    app.after_serving([](Trace& t) { t.push_back("after_serving"); });
    const auto work = [](Trace* t, std::string name, Milliseconds time) -> Task<> {
        struct End {
            Trace* lines;
            std::string line;
            ~End() { lines->push_back(line); }
        } end{t, name + " cancelled"};
        co_await sleep(time);
        end.line = name + " done";
    };
    {
        TestClient client(std::move(app));
        client.app().add_background_task(work, &trace, std::string("short"), Milliseconds(4000));
        client.app().add_background_task(work, &trace, std::string("long"), Milliseconds(60'000));
    }
    CHECK(trace == Trace{"short done", "long cancelled", "after_serving"});
}

TEST_CASE("watchdog: a handler that keeps its loop is logged with its route (DBG-1)") {
    const LogCapture log;
    App app("test");
    app.config().set("BLOCKED_LOOP_WARNING", "1ms");
    app.get("/slow/<int:id>", [](long) {
        const auto end = std::chrono::steady_clock::now() + Milliseconds(2);
        while (std::chrono::steady_clock::now() < end) continue;
    });
    TestClient client(std::move(app));
    CHECK(client.get("/slow/7").status == 204);
    CHECK(log.contains("GET /slow/7 (route /slow/<int:id>) kept its loop for"));
}

TEST_CASE("watchdog: a coroutine that keeps its loop after it had waited is logged too (DBG-1)") {
    const LogCapture log;
    App app("test");
    app.config().set("BLOCKED_LOOP_WARNING", 1ms);
    static constexpr auto compute = [] {
        const auto end = std::chrono::steady_clock::now() + Milliseconds(2);
        while (std::chrono::steady_clock::now() < end) continue;
    };
    app.get("/slow/<int:id>", [](long) -> Task<> {
        co_await sleep(1ms);
        compute();
    });
    app.get("/behind_a_thread", []() -> Task<> {
        co_await run_blocking([] {});
        compute();
    });
    app.get("/behind_others", []() -> Task<> {
        co_await gather(sleep(1ms), sleep(2ms));
        compute();
    });
    TestClient client(std::move(app));
    for (const char* path : {"/slow/7", "/behind_a_thread", "/behind_others"})
        CHECK(client.get(path).status == 204);
    for (const char* rule : {"/slow/<int:id>", "/behind_a_thread", "/behind_others"})
        CHECK(log.contains(std::string("route ") + rule + " kept its loop for"));
}

TEST_CASE("shut_down: asks the server to end in order, without an error (APP-14)") {
    FakeServer server;
    App app("test");
    app.post("/stop", [](Request& request) { request.app().shut_down(); });
    TestClient client(std::move(app));
    CHECK(client.post("/stop").status == 204);  // nobody serves: nothing happens
    client.app().gateway().set_stopper(&server);
    CHECK(client.post("/stop").status == 204);
    CHECK(server.reason == "shut down");
}

TEST_CASE("logger: lines carry the names of application and request (LOG-1, APP-3)") {
    const LogCapture log;
    App app("shop");
    app.config().set("REQUEST_ID_HEADER", "X-Request-Id");
    app.logger().info("ready");
    app.get("/", [](Request& request) { request.logger().warning("low"); });
    app.get("/id", [](Request& request) { return request.id(); });
    app.get("/broken", [] { throw std::runtime_error("broken"); });
    TestClient client(std::move(app));
    client.get("/", Headers{{"X-Request-Id", "abc 1\x01"}});
    CHECK(log.lines == Trace{"shop: ready", "shop: low (request abc1)"});
    const std::string own(client.get("/id").text());
    CHECK(own.size() == 16);
    CHECK(client.get("/id").text() != own);
    client.get("/broken", Headers{{"X-Request-Id", "77"}});
    CHECK(log.lines.back().ends_with("broken (request 77)"));
    CHECK(log.lines.back().starts_with("Exception on request GET /broken"));  // LOG-2
}

TEST_CASE(
    "signals: a request's come in Flask's order, and only while connected (SIG-1, SIG-2, CTX-2)") {
    Trace trace;
    App app("test");
    app.before_request([&trace] { trace.push_back("before_request"); });
    app.after_request([&trace](Response&) { trace.push_back("after_request"); });
    app.teardown_request([&trace] { trace.push_back("teardown_request"); });
    app.teardown_appcontext([&trace] { trace.push_back("teardown_appcontext"); });
    app.get("/", [&trace] { trace.push_back("view"); });
    app.get("/broken", [] { throw std::runtime_error("broken"); });
    Signals& signals = app.signals();
    std::vector<SignalConnection> connections;
    const auto connect = [&]<class... A>(Signal<A...>& signal, const char* name) {
        connections.push_back(signal.connect([&trace, name](A...) { trace.push_back(name); }));
    };
    connect(signals.appcontext_pushed, "appcontext_pushed");
    connect(signals.request_started, "request_started");
    connect(signals.request_finished, "request_finished");
    connect(signals.got_request_exception, "got_request_exception");
    connect(signals.request_tearing_down, "request_tearing_down");
    connect(signals.appcontext_tearing_down, "appcontext_tearing_down");
    connect(signals.appcontext_popped, "appcontext_popped");

    TestClient client(std::move(app));
    CHECK(client.get("/").status == 204);
    CHECK(trace == Trace{"appcontext_pushed", "request_started", "before_request", "view",
                         "after_request", "request_finished", "teardown_request",
                         "teardown_appcontext", "request_tearing_down", "appcontext_tearing_down",
                         "appcontext_popped"});
    trace.clear();
    const LogCapture log;
    CHECK(client.get("/broken").status == 500);
    CHECK(trace[3] == "got_request_exception");
    trace.clear();
    connections.clear();
    client.get("/");
    CHECK(trace.size() == 5);
}

TEST_CASE("signals: routes without hooks are told of as well, whatever a receiver throws (SIG-1)") {
    const LogCapture log;
    App app("test");
    app.get("/", [] { return "hello"; });
    int paths = 0;
    app.signals()
        .request_finished
        .connect([&](Request& request, Response& response) {
            paths += request.path() == "/" && response.status == 200;
            throw std::runtime_error("receiver");
        })
        .keep();
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "hello");
    CHECK(paths == 1);
    CHECK(log.contains("Exception in the receiver of a signal: receiver"));
}

TEST_CASE("lifespan: what a while_serving hook has spawned runs until shutdown (LC-3, CTX-1)") {
    Trace trace;
    {
        App app("shop");
        app.provide(trace);
        app.while_serving([](Trace& lines) -> WhileServing {
            Scope scope(co_await async::current_scope());
            scope.spawn(
                [](Trace* seen) -> Task<> {
                    try {
                        co_await sleep(1h);
                    } catch (const Cancelled&) {
                        seen->push_back("cancelled");
                    }
                    const auto app = co_await find_current_app();
                    seen->push_back(app ? std::string(app->name()) : "no application");
                    throw std::runtime_error("looked at by its scope");
                },
                &lines);
            co_yield serving;
            scope.cancel();
            try {
                co_await scope.join();
            } catch (const std::runtime_error&) {
                lines.push_back("joined");
            }
        });
        TestClient client(std::move(app));
    }
    CHECK(trace == Trace{"cancelled", "shop", "joined"});
}

TEST_CASE("lifespan: a start-up that fails ends what had been started (LC-2)") {
    Trace trace;
    App app("test");
    app.provide(trace);
    app.before_serving([](Trace& lines, BackgroundTasks& background) {
        background.add(
            [](Trace* seen) -> Task<> {
                try {
                    co_await sleep(1h);
                } catch (const Cancelled&) {
                    seen->push_back("task ended");
                }
            },
            &lines);
    });
    app.while_serving([](Trace& lines) -> WhileServing {
        co_yield serving;
        lines.push_back("closed");
        throw std::runtime_error("told of, and not in place of the cause");
    });
    app.while_serving([]() -> WhileServing {
        throw std::runtime_error("no disk");
        co_yield serving;
    });
    const LogCapture log;
    CHECK(sentence_of<std::runtime_error>([&] { TestClient client(std::move(app)); }) == "no disk");
    CHECK(trace == Trace{"task ended", "closed"});
    CHECK(log.contains("told of"));
}
