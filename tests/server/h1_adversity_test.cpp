// SPDX-License-Identifier: MIT
/// \file
/// H1Connection against slow, leaving and odd clients, and against answers that break off.
#include "harness.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

using namespace pottle;
using namespace pottle::server;
using gateway::Exchange;
using gateway::Outcome;

TEST_CASE(
    "h1 connection: the head of a stream is sent with its empty first chunk, never left for "
    "another connection") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        exchange.response().set_body(StreamBody([]() -> Generator<std::string> {
            co_await sleep(Milliseconds(10));
            co_yield "";
            co_await sleep(Milliseconds(10));
            co_yield "late";
        }()));
        return Outcome::finished();
    };
    wire.send(kGet);
    wire.executor.advance(Milliseconds(15));
    CHECK(wire.context().batch().empty());
    CHECK(wire.receive().starts_with("HTTP/1.1 200 OK\r\n"));
    wire.executor.advance(Milliseconds(10));
    CHECK(wire.receive() == "4\r\nlate\r\n0\r\n\r\n");
}

TEST_CASE("h1 connection: pipelined large answers wait for a slow reader one by one") {
    Wire wire({}, {.capacity = 8192});
    int count = 0;
    wire.gateway.handler = [&](Exchange& exchange) {
        ++count;
        return answer(exchange, std::string(100'000, 'x'));
    };
    std::string requests;
    for (int i = 0; i < 20; ++i) requests += kGet;
    wire.send(requests);
    CHECK(count == 1);
    std::string all;
    for (int i = 0; i < 1000 && all.size() < 2'000'000; ++i) all += wire.receive();
    CHECK(count == 20);
    CHECK(count_of(all, "HTTP/1.1 200 OK") == 20);
}

TEST_CASE("h1 connection: a client reads its answer only after it sent a body nobody wanted") {
    Wire wire({}, {.capacity = 8192});
    wire.gateway.handler = [](Exchange& exchange) {
        return answer(exchange, std::string(20'000, 'x'));
    };
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    int left = 100'000;
    for (int i = 0; i < 100 && left > 0; ++i) {
        const std::string piece(1000, 'b');
        const std::string_view view = piece;
        const async::IoResult result = wire.client->write({&view, 1});
        if (result.kind == async::IoResult::Kind::Done) left -= static_cast<int>(result.count);
        wire.executor.run_until_idle();
    }
    CHECK(left == 0);
    std::string all;
    for (int i = 0; i < 20; ++i) all += wire.receive();
    CHECK(all.size() > 20'000);
    CHECK(wire.exchange(kGet).starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE("h1 connection: a client that left during an earlier request cancels a later one too") {
    Wire wire;
    bool cancelled = false;
    int count = 0;
    wire.gateway.handler = [&](Exchange& exchange) -> Outcome {
        if (++count == 1) return Outcome(answer_after(exchange, Milliseconds(100), "first"));
        return Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(std::string(kGet) + std::string(kGet));
    wire.client->shutdown_write();
    wire.executor.advance(Milliseconds(150));
    REQUIRE(count == 2);
    wire.executor.advance(Seconds(2));
    CHECK(cancelled);
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE(
    "h1 connection: draining ends a connection once its discarded body or answer is through") {
    SUBCASE("an unread body") {
        Wire wire;
        wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "early"); };
        wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
        wire.context().set_draining();
        wire.context().drain_connections();
        CHECK(wire.connection_open());
        wire.send("56789");
        CHECK_FALSE(wire.connection_open());
    }
    SUBCASE("a queued answer") {
        Wire wire({}, {.capacity = 1024});
        wire.gateway.handler = [](Exchange& exchange) {
            return answer(exchange, std::string(20'000, 'x'));
        };
        wire.send(kGet);
        wire.context().set_draining();
        wire.context().drain_connections();
        CHECK(wire.connection_open());
        std::string all;
        for (int i = 0; i < 100; ++i) all += wire.receive();
        CHECK(all.size() > 20'000);
        CHECK_FALSE(wire.connection_open());
    }
}

TEST_CASE("h1 connection: 100 Continue is not sent behind the final head (RFC 9110 10.1.1)") {
    LogLines log;
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        return Outcome([](Exchange& e) -> Task<> {
            co_await e.send_head(std::nullopt);
            const Result<Bytes> chunk = co_await e.read();
            co_await e.send_chunk(chunk ? std::string(chunk->view()) : "failed");
            co_await e.finish({});
        }(exchange));
    };
    const std::string text = wire.exchange(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(text.starts_with("HTTP/1.1 200 OK"));
    CHECK(text.find("100 Continue") == text.npos);
    CHECK(wire.exchange("abc").ends_with("3\r\nabc\r\n0\r\n\r\n"));
    CHECK(log.lines.empty());
}

TEST_CASE(
    "h1 connection: earlier answers go out before an answer that breaks off (RFC 9112 8, "
    "RESP-22, WIRE-3)") {
    LogLines log;
    Wire wire;
    int count = 0;
    wire.gateway.handler = [&](Exchange& exchange) {
        if (++count == 1) return answer(exchange, "whole");
        exchange.response().set_body(
            StreamBody([]() -> Generator<std::string> { co_yield "longer than announced"; }(), 3));
        return Outcome::finished();
    };
    const std::string text = wire.exchange(std::string(kGet) + std::string(kGet));
    CHECK(text.find("\r\n\r\nwhole") != text.npos);
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a half-close grace of zero never counts the client as gone") {
    Options options;
    options.timeouts.half_close_grace = Milliseconds(0);
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) {
        return Outcome(answer_after(exchange, Seconds(3), "patient"));
    };
    wire.send(kGet);
    wire.client->shutdown_write();
    wire.executor.advance(Seconds(4));
    CHECK(wire.receive().ends_with("patient"));
}

TEST_CASE(
    "h1 connection: a file that is shorter than announced cuts the answer off and is logged") {
    LogLines log;
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        const int descriptor = ::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
        exchange.response().set_body(
            FileRange{Shared<const FileDescriptor>::make(FileDescriptor(descriptor)), 0, 1 << 20});
        return Outcome::finished();
    };
    const std::string text = wire.exchange(kGet);
    CHECK(text.find("content-length: 1048576\r\n") != text.npos);
    CHECK(wire.ended);
    CHECK(log.lines.size() == 1);
}

TEST_CASE("h1 connection: a TLS stream is closed when its last records have left") {
    const async::TlsFacts facts;
    Wire wire({}, {.tls = &facts});
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "text"); };
    wire.send(kGet);
    wire.context().drain_connections();
    CHECK(wire.context().lingering().size() == 1);
    CHECK(wire.receive().ends_with("text"));
}

TEST_CASE("h1 connection: an upload that never pauses leaves turns to other connections") {
    Wire wire({}, {.capacity = 4_MiB});
    std::vector<std::string> order;
    wire.gateway.handler = [&](Exchange& exchange) -> Outcome {
        if (exchange.head().raw_path() == "/fast") {
            order.emplace_back("fast");
            return answer(exchange, "x");
        }
        return Outcome([](Exchange& e, std::vector<std::string>& done) -> Task<> {
            for (;;) {
                const Result<Bytes> chunk = co_await e.read();
                if (!chunk || chunk->empty()) break;
            }
            done.emplace_back("upload");
        }(exchange, order));
    };
    auto other = async::make_memory_streams(wire.executor, {});
    (new H1Connection(wire.context(), std::move(other.server)))->start();
    wire.executor.run_until_idle();

    const std::string upload =
        "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n" + std::string(3_MiB, 'x');
    std::string_view body = upload;
    std::string_view request = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n";
    wire.client->write({&body, 1});
    other.client->write({&request, 1});
    wire.executor.run_until_idle();
    CHECK(order == std::vector<std::string>{"fast", "upload"});
}

TEST_CASE("h1 connection: requests that never pause leave turns to other connections") {
    Wire wire({}, {.capacity = 16_MiB});
    std::size_t served = 0;
    std::size_t served_before_other = 0;
    wire.gateway.handler = [&](Exchange& exchange) {
        if (exchange.head().raw_path() == "/other") served_before_other = served;
        ++served;
        return answer(exchange, "x");
    };
    auto other = async::make_memory_streams(wire.executor, {});
    (new H1Connection(wire.context(), std::move(other.server)))->start();
    wire.executor.run_until_idle();

    std::string many;
    while (many.size() < 2_MiB) many += kGet;
    const std::size_t requests = many.size() / kGet.size();
    std::string_view all = many;
    std::string_view one = "GET /other HTTP/1.1\r\nHost: a\r\n\r\n";
    wire.client->write({&all, 1});
    other.client->write({&one, 1});
    wire.executor.run_until_idle();
    CHECK(served == requests + 1);
    CHECK(served_before_other < requests);
}

TEST_CASE("h1 connection: an answer that is being sent outlasts the half-close grace") {
    Wire wire;
    const std::string large(1_MiB, 'x');
    wire.gateway.handler = [&](Exchange& exchange) {
        return Outcome([](Exchange& e, std::string body) -> Task<> {
            co_await e.send_head(2 * body.size());
            co_await e.send_chunk(body);
            co_await e.send_chunk(std::move(body));
            co_await e.finish({});
        }(exchange, large));
    };
    wire.send(kGet);
    wire.client->shutdown_write();
    wire.executor.advance(Seconds(5));
    std::string text;
    for (std::string piece = wire.receive(); !piece.empty(); piece = wire.receive()) text += piece;
    CHECK(text.ends_with("xxx"));
    CHECK(text.size() > 2_MiB);
}
