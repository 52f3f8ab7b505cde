// SPDX-License-Identifier: MIT
/// \file
/// H3Connection: requests and their answers, ends, websockets. Hostile clients: h3_abuse_test.cpp.
#include "h3_wire.hpp"

using namespace pottle;
using namespace pottle::server;
using namespace pottle::h3test;

namespace {

using Stream = net::QuicStreamId;

/// The server's control stream is its first (RFC 9000 2.1: 3).
constexpr Stream kServerControl = 3;

/// GOAWAYs on the control stream, behind its type and SETTINGS.
std::string goaways(H3Wire& wire) {
    const std::string all =
        describe(std::string_view(wire.client->received(kServerControl)).substr(1));
    const std::size_t at = all.find("GOAWAY");
    return at == all.npos ? "" : all.substr(at);
}

Task<> stream_with_trailers(gateway::Exchange& exchange) {
    co_await exchange.send_informational(103, {{"link", "</a.css>"}});
    co_await exchange.send_head({});
    co_await exchange.send_chunk("abc");
    co_await exchange.finish({{"x-sum", "1"}});
}

gateway::Outcome serve_all(gateway::Exchange& exchange) {
    return gateway::Outcome(read_all(exchange));
}

std::string connect(std::string protocol) {
    return request("CONNECT", "/ws",
                   {{":protocol", std::move(protocol)}, {"sec-websocket-version", "13"}});
}

}  // namespace

TEST_CASE("H3Connection: answers requests, each on its stream (RFC 9114 4.1)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        CHECK(exchange.head().version() == HttpVersion::Http3);
        CHECK(exchange.head().scheme() == "https");
        return answer(exchange, std::string(exchange.head().target()));
    };
    const Stream first = wire.send(request("GET", "/a"));
    const Stream second = wire.send(request("GET", "/bc"));
    CHECK(wire.picture(first) == "H 200; D 2; end");
    CHECK(body_of(wire.client->received(second)) == "/bc");
    CHECK(wire.stats.read().requests_total == 2);
}

TEST_CASE("H3Connection: a body is read as it comes, with its trailers (RFC 9114 4.1)") {
    H3Wire wire;
    wire.gateway.handler = serve_all;
    const Stream stream = wire.send(request("POST") + body("abc"), false);
    CHECK(wire.picture(stream).empty());
    wire.more(stream, body("de") + headers({{"x-sum", "9"}}), true);
    CHECK(body_of(wire.client->received(stream)) == "abcde9");
    const Stream whole = wire.send(request("POST") + body("whole") + headers({{"x-sum", "!"}}));
    CHECK(body_of(wire.client->received(whole)) == "whole!");
}

TEST_CASE("H3Connection: credit comes back as the body is read, beyond any window (RFC 9000 4)") {
    Options options;
    options.quic.stream_window = options.quic.max_stream_window = 20'000;
    options.quic.connection_window = options.quic.max_connection_window = 30'000;
    H3Wire wire(options);
    wire.gateway.handler = serve_all;
    const std::string piece(10'000, 'x');
    std::string upload = request("POST");
    for (int i = 0; i < 12; ++i) upload += body(piece);
    const Stream stream = wire.send(std::move(upload));
    CHECK(wire.client->talk_until(
        [&] { return body_of(wire.client->received(stream)).size() == 120'000; }));
}

TEST_CASE("H3Connection: a body over the limit is 413, one that pauses is 408") {
    Options options;
    options.h1.body = 4;
    options.quic.idle_timeout = Seconds(120);
    H3Wire wire(options);
    wire.gateway.handler = serve_all;
    const Stream large = wire.send(request("POST") + body("12345"), false);
    CHECK(wire.picture(large).starts_with("H 413"));
    CHECK(wire.client->closed[large] == kNoError);  // STOP_SENDING, RFC 9114 4.1
    const Stream slow = wire.send(request("POST"), false);
    CHECK(wire.picture(slow).empty());
    wire.wait(Seconds(31));
    CHECK(wire.picture(slow).starts_with("H 408"));
    CHECK(wire.ask(request("POST") + body("1234")) == "H 200; D 4; end");
}

TEST_CASE("H3Connection: 103, a streamed answer, trailers to who takes them (RFC 9110 6.5.1)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(stream_with_trailers(exchange));
    };
    CHECK(wire.ask(request("GET", "/", {{"te", "trailers"}})) ==
          "H 103; H 200; D 3; H trailers; end");
    CHECK(wire.ask(request()) == "H 103; H 200; D 3; end");
}

TEST_CASE("H3Connection: an empty first piece of a generator sends the head at once (SSE)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        exchange.response().set_body(StreamBody(head_first()));
        return gateway::Outcome::finished();
    };
    const Stream stream = wire.send(request());
    CHECK(wire.picture(stream) == "H 200");
    wire.wait(Seconds(2));
    CHECK(wire.picture(stream) == "H 200; D 5; end");
}

TEST_CASE("H3Connection: a response's trailers follow its body (RFC 9114 4.1)") {
    H3Wire wire;
    wire.gateway.handler = answer_with_trailers;
    for (const char* path : {"/whole", "/stream"})
        CHECK(wire.ask(request("GET", path, {{"te", "trailers"}})) ==
              "H 200; D 3; H trailers; end");
}

TEST_CASE("H3Connection: HEAD and 204 carry no content (RFC 9110 6.4.1)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        if (exchange.head().method() == Method::Get) exchange.response().status = 204;
        return answer(exchange, "text");
    };
    CHECK(wire.ask(request("HEAD")) == "H 200; end");
    CHECK(wire.ask(request()) == "H 204; end");
}

TEST_CASE("H3Connection: 205, and refusals of HEAD, carry no content (RFC 9110 9.3.2, 15.3.6)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        exchange.response().status = 205;
        return answer(exchange, "unseen");
    };
    CHECK(wire.ask(request()) == "H 205; end");
    CHECK(wire.ask(request("HEAD", "/" + std::string(10'000, 'x'))) == "H 414; end");
}

TEST_CASE("H3Connection: an answer that contradicts itself is 500 (RFC 9110 8.6)") {
    LogLines log;
    H3Wire wire;
    int pulled = 0;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        exchange.response().headers.set("content-length", "5");
        exchange.response().set_body(StreamBody(pieces(1, pulled), 64 * 1024));
        return gateway::Outcome::finished();
    };
    CHECK(wire.ask(request()).starts_with("H 500; "));
}

TEST_CASE(
    "H3Connection: a reset cancels the handler at once, and its place is free behind it (RFC 9114 "
    "4.1.1)") {
    Options options;
    options.quic.max_streams = 1;
    H3Wire wire(options);
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        return gateway::Outcome(wait_for_ever(exchange, cancelled));
    };
    const Stream stream = wire.send(request(), false);
    CHECK(wire.client->open() == -1);
    CHECK_FALSE(cancelled);
    wire.client->reset(stream, kRequestCancelled);
    wire.talk();
    CHECK(cancelled);
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    CHECK(wire.ask(request()) == "H 200; D 1; end");
}

TEST_CASE("H3Connection: a client that leaves cancels its handlers") {
    H3Wire wire;
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        return gateway::Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(request());
    wire.client->close();
    wire.executor.run_until_idle();
    CHECK(cancelled);
    wire.executor.advance(Seconds(1));
    CHECK_FALSE(wire.context().has_connections());
}

TEST_CASE("H3Connection: drains in two steps and ends with its last request (RFC 9114 5.2)") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(answer_after(exchange, Seconds(2), "late"));
    };
    const Stream first = wire.send(request());
    wire.context().set_draining();
    wire.context().drain_connections();
    wire.talk();
    CHECK(goaways(wire) == "GOAWAY 4611686018427387900");
    const Stream second = wire.send(request());  // on its way when the client was told
    wire.wait(Milliseconds(300));
    CHECK(goaways(wire) == "GOAWAY 4611686018427387900; GOAWAY 8");
    const Stream third = wire.send(request());
    wire.wait(Seconds(4));
    CHECK(wire.picture(first) == "H 200; D 4; end");
    CHECK(wire.picture(second) == "H 200; D 4; end");
    CHECK(wire.picture(third).empty());
    CHECK(wire.client->closing_code() == kNoError);
    CHECK_FALSE(wire.context().has_connections());
}

TEST_CASE("H3Connection: a client that vanished does not hold up the end of the server") {
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    wire.send(request());
    wire.context().set_draining();
    wire.context().drain_connections();
    wire.executor.advance(Seconds(5));  // the client says nothing more
    CHECK_FALSE(wire.context().has_connections());
}

TEST_CASE("H3Connection: at the end of the process a client that takes nothing is not waited for") {
    H3Wire wire({}, {.stream_window = 1000, .grants_credit = false});
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        if (exchange.head().target() == "/long")
            return gateway::Outcome(wait_for_ever(exchange, cancelled));
        return answer(exchange, std::string(5000, 'x'));
    };
    wire.send(request());
    wire.send(request("GET", "/long"));
    wire.context().abort_connections(CancelReason::Shutdown);
    wire.wait(Milliseconds(100));
    CHECK(cancelled);
    CHECK_FALSE(wire.context().has_connections());
}

TEST_CASE("H3Connection: a client that stops a stream that must stay is left (RFC 9114 6.2.1)") {
    H3Wire wire;
    constexpr Stream kServerDecoder = 7;
    SUBCASE("the control stream, in front of GOAWAY") {
        wire.client->stop_sending(kServerControl, kNoError);
        wire.talk();
        wire.context().drain_connections();
    }
    SUBCASE("the decoder stream, in front of a cancellation") {
        wire.client->stop_sending(kServerDecoder, kNoError);
        const Stream stream = wire.send(headers({{":method", "GET"}}).substr(0, 3), false);
        wire.client->reset(stream, kRequestCancelled);
    }
    wire.talk();
    CHECK(wire.client->closing_code() == 0x104);  // H3_CLOSED_CRITICAL_STREAM
}

TEST_CASE("H3Connection: a drained connection waits for what the client's window held back") {
    H3Wire wire({}, {.stream_window = 1000, .grants_credit = false});
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return answer(exchange, std::string(5000, 'x'));
    };
    const Stream stream = wire.send(request());
    wire.context().set_draining();
    wire.context().drain_connections();
    wire.wait(Seconds(1));  // what was sent is acknowledged
    REQUIRE(wire.context().has_connections());
    ngtcp2_conn_extend_max_stream_offset(wire.client->native, stream, 10'000);
    wire.wait(Seconds(2));
    CHECK(wire.picture(stream) == "H 200; D 5000; end");
    CHECK_FALSE(wire.context().has_connections());
}

TEST_CASE("H3Connection: an idle connection is ended, a head that comes in drops is 408") {
    Options options;
    options.timeouts.idle = Seconds(20);
    H3Wire idle(options);
    idle.wait(Seconds(45));
    CHECK(goaways(idle).starts_with("GOAWAY "));
    CHECK(idle.client->closing_code() == kNoError);
    H3Wire dribble;
    const Stream stream = dribble.send(request().substr(0, 12), false);
    dribble.wait(Seconds(21));
    CHECK(dribble.picture(stream).starts_with("H 408"));
}

TEST_CASE("H3Connection: a handler that fails behind its head resets the stream") {
    LogLines log;
    H3Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome([](gateway::Exchange& each) -> Task<> {
            co_await each.send_head({});
            throw std::runtime_error("late");
        }(exchange));
    };
    CHECK(wire.client->resets[wire.send(request())] == kInternalError);
    wire.gateway.handler = [](gateway::Exchange&) -> gateway::Outcome {
        throw std::runtime_error("early");
    };
    CHECK(wire.ask(request()).starts_with("H 500; D "));
}

TEST_CASE("H3Connection: an unknown :protocol is 501 (RFC 9220 3)") {
    H3Wire wire;
    CHECK(wire.picture(wire.send(connect("x"), false)).starts_with("H 501; D "));
}

TEST_CASE("H3Connection: a websocket on a stream, with large messages and its end (RFC 9220)") {
    H3Wire wire;
    std::uint16_t code = 0;
    wire.gateway.websocket = [&](gateway::Websocket& socket) {
        return gateway::Outcome([](gateway::Websocket& each, std::uint16_t& closed) -> Task<> {
            each.accept({}, {});
            for (;;) {
                WebsocketMessage message = co_await each.receive();
                closed = message.code;
                if (message.kind == WebsocketMessage::Kind::Closed) co_return;
                each.queue(message.kind, message.data);
                co_await each.drained();
            }
        }(socket, code));
    };
    const std::string mask(4, '\0');
    const Stream stream = wire.send(connect("websocket"), false);
    CHECK(wire.picture(stream) == "H 200");
    wire.more(stream, body("\x81\x85" + mask + "Hello"));
    CHECK(body_of(wire.client->received(stream)) == "\x81\x05Hello");

    wire.client->received(stream).clear();
    const std::string large = "\x82\xff" + std::string(5, '\0') + "\x02" + std::string(2, '\0') +
                              mask + std::string(0x20000, 'x');
    for (std::size_t at = 0; at < large.size(); at += 16'000)
        wire.more(stream, body(std::string_view(large).substr(at, 16'000)));
    CHECK(wire.client->talk_until(
        [&] { return body_of(wire.client->received(stream)).size() == 0x20000 + 10; }));

    wire.client->received(stream).clear();
    wire.more(stream, body("\x88\x82" + mask + "\x03\xe8"));
    CHECK(body_of(wire.client->received(stream)) == "\x88\x02\x03\xe8");
    CHECK(wire.client->received(stream).ends_with('|'));
    CHECK(code == 1000);
}

TEST_CASE("H3Connection: a websocket whose stream is reset ends with 1006 (RFC 9220)") {
    H3Wire wire;
    std::uint16_t code = 0;
    wire.gateway.websocket = [&](gateway::Websocket& socket) {
        return gateway::Outcome([](gateway::Websocket& each, std::uint16_t& closed) -> Task<> {
            each.accept({}, {});
            closed = (co_await each.receive()).code;
        }(socket, code));
    };
    const Stream stream = wire.send(connect("websocket"), false);
    wire.client->reset(stream, kRequestCancelled);
    wire.talk();
    CHECK(code == 1006);
}
