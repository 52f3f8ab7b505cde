// SPDX-License-Identifier: MIT
/// \file
/// H1Connection: timeouts, limits, clients that leave, the end of the server.
#include "harness.hpp"

#include <pottle/async/event.hpp>
#include <pottle/async/join.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/start.hpp>
#include <pottle/base/log.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::server;
using gateway::Exchange;
using gateway::Outcome;

TEST_CASE(
    "h1 connection: a client that is gone cancels its handler after the half-close grace "
    "(REQ-35, U-1)") {
    Wire wire;
    bool cancelled = false;
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(kGet);
    wire.client->shutdown_write();
    wire.executor.run_until_idle();
    CHECK_FALSE(cancelled);  // it may only have finished sending
    wire.executor.advance(Milliseconds(600));
    CHECK(cancelled);
    wire.receive();
    CHECK(wire.ended);
    CHECK_FALSE(wire.connection_open());
    CHECK(wire.stats.read().requests_active == 0);
}

TEST_CASE(
    "h1 connection: a client that half-closes gets an answer that is ready within the grace") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        return Outcome(answer_after(exchange, Milliseconds(300), "late"));
    };
    wire.send(kGet);
    wire.client->shutdown_write();
    wire.executor.advance(Milliseconds(400));
    CHECK(wire.receive().ends_with("late"));
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: requests that arrived before the half-close are all answered") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "x"); };
    std::string_view both = kGet;
    wire.client->write({&both, 1});
    wire.client->write({&both, 1});
    wire.client->shutdown_write();
    CHECK(count_of(wire.receive(), "200 OK") == 2);
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a handler over its time is cancelled and answered 503") {
    LogLines log;
    Options options;
    options.timeouts.handler = Seconds(5);
    Wire wire(options);
    bool cancelled = false;
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(kGet);
    wire.executor.advance(Milliseconds(4900));
    CHECK_FALSE(cancelled);
    wire.executor.advance(Milliseconds(200));
    CHECK(cancelled);
    CHECK(wire.receive().starts_with("HTTP/1.1 503 "));
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a handler whose response has begun at once has as long as it likes") {
    Options options;
    options.timeouts.handler = Seconds(5);
    Wire wire(options);
    const auto drip = [](Exchange* exchange) -> Task<> {
        co_await exchange->send_head(std::nullopt);
        co_await sleep(Seconds(30));
        co_await exchange->send_chunk("late");
        co_await exchange->finish({});
    };
    wire.gateway.handler = [&drip](Exchange& exchange) {
        Task<> rest = drip(&exchange);
        REQUIRE_FALSE(async::start_unawaited(rest, exchange.scope()));
        return Outcome(
            [](Task<> running) -> Task<> { co_await async::join(running); }(std::move(rest)));
    };
    wire.send(kGet);
    wire.executor.advance(Seconds(31));
    CHECK(wire.receive().ends_with("4\r\nlate\r\n0\r\n\r\n"));
}

TEST_CASE("h1 connection: timeouts close idle connections silently and slow heads with 408") {
    Options options;
    options.timeouts.idle = Seconds(20);
    options.timeouts.header = Seconds(5);
    Wire idle(options);
    idle.executor.advance(Seconds(19));
    CHECK(idle.connection_open());
    idle.executor.advance(Seconds(2));
    CHECK(idle.receive().empty());
    CHECK_FALSE(idle.connection_open());

    Wire slow(options);
    slow.send("GET / HT");
    for (int i = 0; i < 4; ++i) {  // a byte every second does not prolong it
        slow.executor.advance(Milliseconds(1100));
        slow.send("T");
    }
    slow.executor.advance(Seconds(1));
    CHECK(slow.receive().starts_with("HTTP/1.1 408 Request Timeout"));
    CHECK(slow.ended);
}

TEST_CASE(
    "h1 connection: a body that pauses too long is 408 for whoever reads it (REQ-34, "
    "WIRE-2)") {
    Options options;
    options.timeouts.body = Seconds(5);
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) { return Outcome(echo_body(exchange)); };
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab");
    wire.executor.advance(Seconds(6));
    CHECK(wire.receive().starts_with("HTTP/1.1 408 Request Timeout"));
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a body over the limit is 413 for whoever reads it (WIRE-2)") {
    Options options;
    options.h1.body = 10;
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) { return Outcome(echo_body(exchange)); };
    CHECK(wire.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890")
              .starts_with("HTTP/1.1 413 "));
    Wire chunked(options);
    chunked.gateway.handler = wire.gateway.handler;
    CHECK(chunked
              .exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                        "chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n")
              .starts_with("HTTP/1.1 413 "));
}

TEST_CASE("h1 connection: a route may raise the limit of its body") {
    Options options;
    options.h1.body = 10;
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) {
        CHECK(exchange.set_body_limit(1000));
        return Outcome(echo_body(exchange));
    };
    CHECK(wire.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890")
              .ends_with("\r\n\r\n01234567890"));
}

TEST_CASE(
    "h1 connection: a slow reader suspends the sender and no further request is started "
    "(REQ-32)") {
    Options options;
    options.send_high_water = 4096;
    Wire wire(options, {.capacity = 8192});
    int chunks = 0;
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome([](Exchange& e, int& count) -> Task<> {
            co_await e.send_head(std::nullopt);
            for (; count < 100; ++count) co_await e.send_chunk(std::string(1000, 'x'));
            co_await e.finish({});
        }(exchange, chunks));
    };
    wire.send(kGet);
    CHECK(chunks < 20);
    std::string all;
    for (int i = 0; i < 100 && !all.ends_with("0\r\n\r\n"); ++i) all += wire.receive();
    CHECK(chunks == 100);
    CHECK(count_of(all, "3e8\r\n") == 100);
}

TEST_CASE("h1 connection: a reader without progress is given up after the send timeout") {
    Options options;
    options.timeouts.send = Seconds(5);
    options.timeouts.handler = Milliseconds(0);
    Wire wire(options, {.capacity = 1024});
    bool finished = false;
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome([](Exchange& e, bool& done) -> Task<> {
            co_await e.send_head(std::nullopt);
            for (int i = 0; i < 1000; ++i) co_await e.send_chunk(std::string(10000, 'x'));
            done = true;
        }(exchange, finished));
    };
    wire.send(kGet);
    wire.executor.advance(Seconds(6));
    CHECK_FALSE(finished);
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("h1 connection: requests above max_concurrent_requests are 503 with Retry-After") {
    Options options;
    options.max_concurrent_requests = 1;
    Wire wire(options);
    bool cancelled = false;
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(kGet);
    auto pair = async::make_memory_streams(wire.executor, {});
    (new H1Connection(wire.context(), std::move(pair.server)))->start();
    std::string_view request = kGet;
    pair.client->write({&request, 1});
    wire.executor.run_until_idle();
    char buffer[1024];
    const async::IoResult got = pair.client->read(buffer);
    REQUIRE(got.kind == async::IoResult::Kind::Done);
    const std::string_view text(buffer, got.count);
    CHECK(text.starts_with("HTTP/1.1 503 "));
    CHECK(text.find("retry-after: 1") != text.npos);
    CHECK(wire.stats.read().refused_overload == 1);

    // The place is free again once the first request is over.
    wire.client->reset();
    wire.executor.advance(Seconds(1));
    CHECK(cancelled);
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "served"); };
    pair.client->write({&request, 1});
    wire.executor.run_until_idle();
    const async::IoResult again = pair.client->read(buffer);
    REQUIRE(again.kind == async::IoResult::Kind::Done);
    CHECK(std::string_view(buffer, again.count).ends_with("served"));
}

TEST_CASE("h1 connection: draining closes idle connections and says close on running ones") {
    Wire idle;
    idle.context().set_draining();
    idle.context().drain_connections();
    idle.receive();
    CHECK(idle.ended);

    Wire busy;
    busy.gateway.handler = [](Exchange& exchange) {
        return Outcome(answer_after(exchange, Milliseconds(50), "done"));
    };
    busy.send(kGet);
    busy.context().set_draining();
    busy.context().drain_connections();
    busy.executor.advance(Milliseconds(60));
    const std::string text = busy.receive();
    CHECK(text.ends_with("done"));
    CHECK(text.find("connection: close") != text.npos);
    CHECK(busy.ended);
}

TEST_CASE("h1 connection: max_requests_per_connection ends it with Connection: close") {
    Options options;
    options.max_requests_per_connection = 2;
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "x"); };
    wire.exchange(kGet);
    CHECK_FALSE(wire.ended);
    CHECK(wire.exchange(kGet).find("connection: close") != std::string::npos);
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: CR LF behind a body keeps no connection from draining (RFC 9112 2.2)") {
    Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    (void)wire.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n");
    wire.context().set_draining();
    wire.context().drain_connections();
    (void)wire.receive();
    CHECK(wire.ended);
}
