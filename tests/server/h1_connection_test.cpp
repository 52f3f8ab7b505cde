// SPDX-License-Identifier: MIT
/// \file
/// H1Connection: requests, bodies and answers. What time, limits and the end of a client do to them
/// is in h1_limits_test.cpp.
#include "h1_connection.hpp"

#include "harness.hpp"

#include <pottle/async/event.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/base/log.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::server;
using gateway::Exchange;
using gateway::Outcome;

TEST_CASE("h1 connection: answers a request and keeps the connection (RFC 9112 9.3, WIRE-1)") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "hello"); };
    const std::string first = wire.exchange(kGet);
    CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(first.ends_with("\r\n\r\nhello"));
    CHECK(first.find("content-length: 5\r\n") != first.npos);
    CHECK(wire.exchange(kGet) == first);
    CHECK_FALSE(wire.ended);
    CHECK(wire.stats.read().requests_total == 2);
    CHECK(wire.stats.read().responses_by_class[2] == 2);
    CHECK(wire.stats.read().requests_active == 0);
}

TEST_CASE("h1 connection: answers pipelined requests in order (RFC 9112 9.3.2)") {
    Wire wire;
    int count = 0;
    wire.gateway.handler = [&](Exchange& exchange) -> Outcome {
        const int number = ++count;
        // Every second handler takes time; the later ones must wait for it.
        if (number % 2 == 0)
            return Outcome(answer_after(exchange, Milliseconds(50), "r" + std::to_string(number)));
        return answer(exchange, "r" + std::to_string(number));
    };
    wire.send(std::string(kGet) + std::string(kGet) + std::string(kGet));
    CHECK(count == 2);  // the third is not looked at before the second is done
    CHECK(wire.receive().ends_with("r1"));
    wire.executor.advance(Milliseconds(50));
    const std::string rest = wire.receive();
    CHECK(rest.find("r2HTTP/1.1 200 OK") != rest.npos);
    CHECK(rest.ends_with("r3"));
}

TEST_CASE(
    "h1 connection: a body that came with the head is in hand, one that did not is read "
    "(REQ-20)") {
    Wire wire;
    std::vector<bool> in_hand;
    wire.gateway.handler = [&](Exchange& exchange) -> Outcome {
        const auto body = exchange.body_in_hand();
        in_hand.push_back(body.has_value());
        if (body) return answer(exchange, std::string(*body));
        return Outcome(echo_body(exchange));
    };
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    CHECK(wire.exchange(head + "0123456789").ends_with("\r\n\r\n0123456789"));
    wire.send(head + "01234");
    CHECK(wire.receive().empty());
    CHECK(wire.exchange("56789").ends_with("\r\n\r\n0123456789"));
    CHECK(in_hand == std::vector<bool>{true, false});
    CHECK(wire.exchange(kGet).starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE("h1 connection: a body in hand that nobody took can still be read") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return Outcome(echo_body(exchange)); };
    CHECK(wire.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
              .ends_with("\r\n\r\nabc"));
    CHECK(wire.exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
              .ends_with("\r\n\r\nabcde"));
}

TEST_CASE("h1 connection: 100 Continue is sent when the handler first reads (RFC 9110 10.1.1)") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return Outcome(echo_body(exchange)); };
    CHECK(wire.exchange(
              "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n") ==
          "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(wire.exchange("abc").ends_with("\r\n\r\nabc"));
}

TEST_CASE(
    "h1 connection: a final answer without reading ends the connection of a client that expects "
    "100") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "no"); };
    const std::string text = wire.exchange(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(text.starts_with("HTTP/1.1 200 OK"));
    CHECK(text.find("100 Continue") == text.npos);
    CHECK(text.find("connection: close") != text.npos);
}

TEST_CASE(
    "h1 connection: an unread body is discarded up to the limit, beyond it the connection ends") {
    Options options;
    options.discard_limit = 1000;
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "early"); };
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
    CHECK(wire.receive().ends_with("early"));
    CHECK(wire.exchange(std::string(900, 'x') + std::string(kGet)).ends_with("early"));
    CHECK_FALSE(wire.ended);
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
    const std::string refused = wire.receive();
    CHECK(refused.find("connection: close") != refused.npos);
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a chunked body without end is not discarded for ever") {
    Options options;
    options.discard_limit = 1000;
    Wire wire(options);
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "early"); };
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    wire.receive();
    for (int i = 0; i < 3; ++i) wire.send("1f4\r\n" + std::string(500, 'x') + "\r\n");
    wire.receive();
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: a malformed request gets its 4xx with a reason and Connection: close") {
    Wire wire;
    int calls = 0;
    wire.gateway.handler = [&](Exchange& exchange) {
        ++calls;
        return answer(exchange, "x");
    };
    const std::string text = wire.exchange("GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n");
    CHECK(text.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(text.find("connection: close") != text.npos);
    CHECK(text.find("Bad Request: ") != text.npos);
    CHECK(wire.ended);
    CHECK(calls == 0);
    CHECK(wire.stats.read().bad_requests == 1);
}

TEST_CASE("h1 connection: what was answered before a malformed request stays answered") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "fine"); };
    const std::string text = wire.exchange(std::string(kGet) + "GET\r\n\r\n");
    CHECK(text.starts_with("HTTP/1.1 200 OK"));
    CHECK(text.find("fineHTTP/1.1 400 Bad Request") != text.npos);
}

TEST_CASE(
    "h1 connection: after an error the peer's bytes are discarded until it ends or the linger time "
    "is over") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "x"); };
    wire.send("BAD\r\n\r\nmore bytes that the client still sends");
    wire.receive();
    CHECK(wire.connection_open());
    wire.send("and more");
    wire.executor.advance(Seconds(3));
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("h1 connection: HEAD has the head of GET and no body (RFC 9110 9.3.2, INV-3)") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "hello"); };
    const std::string text = wire.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(text.find("content-length: 5\r\n") != text.npos);
    CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("h1 connection: HTTP/1.0 closes unless it asked for keep-alive (RFC 9112 9.3)") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "x"); };
    wire.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK_FALSE(wire.ended);
    wire.exchange("GET / HTTP/1.0\r\n\r\n");
    CHECK(wire.ended);
}

TEST_CASE("h1 connection: an exception of the gateway is a 500, logged, and the connection lives") {
    LogLines log;
    Wire wire;
    wire.gateway.handler = [](Exchange&) -> Outcome { throw std::runtime_error("broken view"); };
    CHECK(wire.exchange(kGet).starts_with("HTTP/1.1 500 Internal Server Error"));
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0].find("broken view") != std::string::npos);
    wire.gateway.handler = [](Exchange& exchange) { return answer(exchange, "well"); };
    CHECK(wire.exchange(kGet).ends_with("well"));
}

TEST_CASE(
    "h1 connection: a streamed body is chunked for 1.1 and ends with the connection for 1.0") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        exchange.response().set_body(StreamBody([]() -> Generator<std::string> {
            co_yield "one";
            co_await sleep(Milliseconds(10));
            co_yield "three";
        }()));
        return Outcome::finished();
    };
    wire.send(kGet);
    wire.executor.advance(Milliseconds(20));
    const std::string chunked = wire.receive();
    CHECK(chunked.find("transfer-encoding: chunked\r\n") != chunked.npos);
    CHECK(chunked.ends_with("\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"));
    wire.send("GET / HTTP/1.0\r\n\r\n");
    wire.executor.advance(Milliseconds(20));
    const std::string plain = wire.receive();
    CHECK(plain.ends_with("\r\n\r\nonethree"));
    CHECK(wire.ended);
}

TEST_CASE(
    "h1 connection: an exception in the middle of a stream cuts the connection (RFC 9112 8)") {
    LogLines log;
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        exchange.response().set_body(StreamBody([]() -> Generator<std::string> {
            co_yield "one";
            throw std::runtime_error("lost the rest");
        }()));
        return Outcome::finished();
    };
    const std::string text = wire.exchange(kGet);
    CHECK(text.starts_with("HTTP/1.1 200 OK"));
    CHECK_FALSE(text.ends_with("0\r\n\r\n"));
    CHECK(wire.ended);
    CHECK(log.lines.size() == 1);
}

TEST_CASE("h1 connection: a large body is written whole and the connection goes on") {
    Wire wire;
    const std::string large(300'000, 'y');
    wire.gateway.handler = [&](Exchange& exchange) { return answer(exchange, large); };
    std::string all;
    wire.send(kGet);
    for (int i = 0; i < 100; ++i) all += wire.receive();
    CHECK(all.size() > large.size());
    CHECK(all.ends_with("yyy"));
    CHECK(all.substr(all.find("\r\n\r\n") + 4) == large);
    CHECK_FALSE(wire.ended);
}

TEST_CASE("h1 connection: early hints go out before the head and not to HTTP/1.0 (RFC 8297)") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        return Outcome([](Exchange& e) -> Task<> {
            co_await e.send_informational(103, {{"link", "</a.css>; rel=preload"}});
            e.response().set_body("x");
        }(exchange));
    };
    CHECK(wire.exchange(kGet).starts_with(
        "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK"));
    CHECK(wire.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").find("103") ==
          std::string::npos);
}

TEST_CASE("h1 connection: serves the same answers however the requests are split") {
    const std::string requests =
        std::string(kGet) + "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
        "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
        std::string(kGet);
    const auto handler = [](Exchange& exchange) { return Outcome(echo_body(exchange)); };
    Wire whole;
    whole.gateway.handler = handler;
    const std::string expected = whole.exchange(requests);
    CHECK(count_of(expected, "200 OK") == 4);
    Wire bytewise;
    bytewise.gateway.handler = handler;
    for (const char& c : requests) bytewise.send({&c, 1});
    CHECK(bytewise.receive() == expected);
}

TEST_CASE("h1 connection: a response's trailers follow its body in chunks (RFC 9112 7.1.2)") {
    Wire wire;
    wire.gateway.handler = answer_with_trailers;
    for (const char* path : {"/whole", "/stream"}) {
        const std::string got = wire.exchange(std::string("GET ") + path +
                                              " HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n");
        CHECK(got.find("transfer-encoding: chunked") != got.npos);
        CHECK(got.ends_with("\r\n3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n"));
    }
}
