// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/async/scope.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("dispatcher: a streamed body may use the request; teardown runs before it (RESP-24)") {
    Trace trace;
    App app("test");
    app.teardown_request([&trace] { trace.push_back("teardown"); });
    app.get("/<name>", [&trace](std::string name, Request& request) -> Generator<std::string> {
        co_yield name + ' ';
        co_await sleep(1s);
        trace.push_back("streaming");
        co_yield std::string(request.path());
    });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/ale");
    CHECK(r.text() == "ale /ale");
    CHECK(r.header("content-length").empty());
    CHECK(trace == Trace{"teardown", "streaming"});
}

TEST_CASE("dispatcher: a generator without hooks keeps its request as well") {
    App app("test");
    app.get("/", [](Request& request) -> Generator<std::string> {
        co_yield "a";
        co_yield std::string(request.query_string());
    });
    TestClient client(std::move(app));
    CHECK(client.get("/?b").text() == "ab");
}

TEST_CASE("dispatcher: a body that is not there yet is read before the handler runs") {
    App app("test");
    app.post("/", [](Body body) { return std::string(body.view()); });
    app.post("/limited", [](Body body) { return std::to_string(body.size()); }, body_limit(10));
    app.post("/data", [](Request& request) -> Task<std::string> {
        co_return std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    for (const ByteCount piece : {0, 1, 3}) {
        CAPTURE(piece);
        TestRequest request;
        request.method = "POST";
        request.body = "twelve bytes";
        request.body_piece = piece;
        CHECK(client.open(request).text() == "twelve bytes");
        request.target = "/data";
        CHECK(client.open(request).text() == "twelve bytes");
        request.target = "/limited";
        CHECK(client.open(request).status == 413);
        request.body = "ten bytes.";
        CHECK(client.open(request).text() == "10");
    }
}

TEST_CASE("dispatcher: a body is read when a hook suspended before the handler") {
    App app("test");
    app.before_request([]() -> Task<> { co_await sleep(1s); });
    app.post("/", [](Body body) { return std::string(body.view()); });
    TestClient client(std::move(app));
    CHECK(client.post("/", "text").text() == "text");
}

TEST_CASE("dispatcher: the limit of a route holds for streamed bodies too (REQ-31, U-5)") {
    App app("test");
    app.post(
        "/",
        [](BodyStream& body) -> Task<std::string> {
            std::size_t size = 0;
            while (auto chunk = co_await body.next()) size += chunk->size();
            co_return std::to_string(size);
        },
        body_limit(4));
    TestClient client(std::move(app));
    CHECK(client.post("/", "1234").text() == "4");
    CHECK(client.post("/", "12345").status == 413);
    TestRequest request;
    request.method = "POST";
    request.body = "12345";
    request.body_piece = 2;
    CHECK(client.open(request).status == 413);
}

TEST_CASE("dispatcher: a body in hand is kept for a handler that suspends") {
    App app("test");
    app.post("/", [](Body first, Request& request) -> Task<std::string> {
        co_await sleep(1s);
        co_return std::string(first.view()) + std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", "ab").text() == "abab");
}

TEST_CASE("dispatcher: a view of the body lives as long as the request") {
    App app("test");
    app.post("/task", [](Body, Request& request) -> Task<std::string> {
        const std::string_view body = co_await request.get_data();
        co_await sleep(1s);
        co_return std::string(body);
    });
    app.post("/stream", [](Body, Request& request) -> Generator<std::string> {
        co_yield std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    CHECK(client.post("/task", "octets").text() == "octets");
    CHECK(client.post("/stream", "octets").text() == "octets");
}

TEST_CASE("streams: what a body has spawned goes on from chunk to chunk (RESP-21, RESP-24)") {
    Trace trace;
    App app("test");
    app.provide(trace);
    app.get("/<name>", [](std::string, Trace& lines) -> Generator<std::string> {
        Scope scope(co_await async::current_scope());
        scope.spawn(
            [](Trace* seen) -> Task<> {
                co_await sleep(1s);
                seen->push_back(std::string((co_await current_request()).path()));
                throw std::runtime_error("the producer failed");
            },
            &lines);
        co_yield "one";
        co_yield "two";
        co_await scope.join();
    });
    TestClient client(std::move(app));
    const TestResponse response = client.get("/ale");
    CHECK(response.text() == "onetwo");
    CHECK_FALSE(response.complete);
    CHECK(trace == Trace{"/ale"});
}

TEST_CASE("streams: a client that leaves ends what its body has spawned (RESP-21)") {
    Trace trace;
    App app("test");
    app.provide(trace);
    app.get("/", [](Trace& lines) -> Generator<std::string> {
        Scope scope(co_await async::current_scope());
        scope.spawn(
            [](Trace* seen) -> Task<> {
                try {
                    co_await sleep(1h);
                } catch (const Cancelled& end) {
                    seen->push_back(end.reason == CancelReason::Disconnected ? "left" : "ended");
                }
            },
            &lines);
        co_yield "one";
        co_yield "two";
        co_await scope.join();
    });
    TestApp test_app(std::move(app));
    TestClient client(test_app);
    TestConnection connection = client.request("GET", "/");
    CHECK(connection.receive() == "one");
    CHECK(connection.receive() == "two");
    connection.disconnect();
    CHECK(trace == Trace{"left"});
}
