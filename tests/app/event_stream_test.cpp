// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace pottle;

struct Tick {
    long number;
};

Generator<ServerSentEvent> count() {
    for (int i = 1; i <= 2; ++i) co_yield ServerSentEvent{.data = "n", .id = std::to_string(i)};
}

}  // namespace

TEST_CASE("EventStream: text, types, documents, ids and comments (SSE-1, SSE-2, U-10)") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> {
        co_await events.send("hello");
        co_await events.send(Tick{1});
        co_await events.send("tick", Tick{2});
        co_await events.send(ServerSentEvent{.data = "a\nb", .id = "7", .retry = Seconds(3)});
        co_await events.comment("ping");
    });
    TestClient client(std::move(app));
    const TestResponse sent = client.get("/");
    CHECK(sent.status == 200);
    CHECK(sent.complete);
    CHECK(sent.header("content-type") == "text/event-stream");
    CHECK(sent.header("cache-control") == "no-cache");
    CHECK_FALSE(sent.headers.contains("content-length"));
    CHECK(sent.text() ==
          "data: hello\n\ndata: {\"number\":1}\n\nevent: tick\ndata: {\"number\":2}\n\n"
          "id: 7\nretry: 3000\ndata: a\ndata: b\n\n: ping\n\n");
}

TEST_CASE("EventStream: a client that does not want events is 406 (SSE-1)") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> { co_await events.send("x"); });
    TestClient client(std::move(app));
    CHECK(client.get("/", Headers{{"Accept", "text/html"}}).status == 406);
    CHECK(client.get("/", Headers{{"Accept", "text/event-stream"}}).status == 200);
    CHECK(client.get("/", Headers{{"Accept", "*/*"}}).status == 200);
}

TEST_CASE("EventStream: Last-Event-ID says where a client comes back (SSE-3)") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> {
        co_await events.send("after " + std::string(events.last_event_id()));
    });
    TestClient client(std::move(app));
    CHECK(client.get("/", Headers{{"Last-Event-ID", "41"}}).text() == "data: after 41\n\n");
    CHECK(client.get("/").text() == "data: after \n\n");
}

TEST_CASE("EventStream: a failure before the first event is an ordinary error") {
    App app("test");
    app.get("/denied", [](EventStream&) -> Task<> {
        co_await sleep(Milliseconds(1));
        abort(401);
    });
    app.get("/silent", [](EventStream&) -> Task<> { co_return; });
    TestClient client(std::move(app));
    CHECK(client.get("/denied").status == 401);
    CHECK(client.get("/denied").header("content-type") == "text/html; charset=utf-8");
    CHECK(client.get("/silent").status == 204);  // browsers do not come back
}

TEST_CASE("EventStream: a failure behind the first event cuts the stream (RESP-22)") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> {
        co_await events.send("one");
        throw std::runtime_error("broken");
    });
    TestClient client(std::move(app));
    const TestResponse sent = client.get("/");
    CHECK(sent.status == 200);
    CHECK(sent.text() == "data: one\n\n");
    CHECK_FALSE(sent.complete);
}

TEST_CASE("EventStream: a silent stream is kept alive, and answered at all (SSE-3)") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> {
        events.set_heartbeat(Seconds(10));
        co_await sleep(Seconds(25));
        co_await events.send("late");
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == ": ping\n\ndata: late\n\n");
}

TEST_CASE(
    "EventStream: hooks see the answer before it is sent, teardown runs at the end (RESP-24)") {
    App app("test");
    std::string order;
    app.before_request([&] { order += "before "; });
    app.after_request([&](Response& response) {
        order += "after ";
        response.headers.set("x-hook", response.is_streamed() ? "stream" : "octets");
    });
    app.teardown_request([&] { order += "teardown"; });
    app.get("/", [&](EventStream& events) -> Task<> {
        co_await events.open();
        co_await sleep(Seconds(1));
        order += "handler ";
        co_await events.send("x");
    });
    TestClient client(std::move(app));
    const TestResponse sent = client.get("/");
    CHECK(sent.header("x-hook") == "stream");
    CHECK(sent.text() == "data: x\n\n");
    CHECK(order == "before after handler teardown");
}

TEST_CASE("EventStream: a handler that sends faster than the client reads (SSE-3)") {
    App app("test");
    std::uint64_t dropped = 0;
    app.get("/wait", [](EventStream& events) -> Task<> {
        events.set_slow_client(SlowClient::Wait, 2);
        for (int i = 0; i < 5; ++i) co_await events.send(std::to_string(i));
    });
    app.get("/drop", [&](EventStream& events) -> Task<> {
        events.set_slow_client(SlowClient::Drop, 2);
        for (int i = 0; i < 5; ++i) co_await events.send(std::to_string(i));
        dropped = events.dropped();
    });
    TestClient client(std::move(app));
    CHECK(client.get("/wait").text() == "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
    CHECK(client.get("/drop").text() == "data: 3\n\ndata: 4\n\n");
    CHECK(dropped == 3);
}

TEST_CASE("EventStream: HEAD gets the head alone") {
    App app("test");
    app.get("/", [](EventStream& events) -> Task<> {
        while (true) {
            co_await events.send("x");
            co_await sleep(Seconds(1));
        }
    });
    TestClient client(std::move(app));
    const TestResponse sent = client.head("/");
    CHECK(sent.header("content-type") == "text/event-stream");
    CHECK(sent.body.empty());
}

TEST_CASE("results: a generator of events is an event stream (SSE-1)") {
    App app("test");
    app.get("/", [] { return count(); });
    TestClient client(std::move(app));
    const TestResponse sent = client.get("/");
    CHECK(sent.header("content-type") == "text/event-stream");
    CHECK(sent.header("cache-control") == "no-cache");
    CHECK(sent.text() == "id: 1\ndata: n\n\nid: 2\ndata: n\n\n");
}

TEST_CASE("EventStream: a hook that fails is an error and not a stream (LC-6)") {
    App app("test");
    app.after_request([](Response& response) {
        if (response.is_streamed()) throw std::runtime_error("no audit log");
    });
    bool went_on = false;
    app.get("/", [&](EventStream& events) -> Task<> {
        co_await events.send("secret");
        co_await sleep(Seconds(1));
        went_on = true;
    });
    TestClient client(std::move(app));
    const TestResponse response = client.get("/");
    CHECK(response.status == 500);
    CHECK(response.complete);
    CHECK(response.header("content-type") == "text/html; charset=utf-8");
    CHECK_FALSE(response.text().contains("secret"));
    CHECK_FALSE(went_on);
}
