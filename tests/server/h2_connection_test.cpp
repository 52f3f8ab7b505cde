// SPDX-License-Identifier: MIT
/// \file
/// H2Connection over in-memory streams in virtual time; the test is the client.
#include "harness.hpp"
#include "support/h2_frames.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::server;
using namespace pottle::h2test;

namespace {

/// A client that knows beforehand: the connection becomes HTTP/2 by its preface.
struct H2Wire : Wire {
    explicit H2Wire(Options options = {}, std::string_view settings = {},
                    async::MemoryStreamOptions stream = {})
        : Wire(std::move(options), std::move(stream)) {
        send(hello(settings) + frame(kSettings, kAck, 0));
        (void)frames();
    }
    std::vector<Frame> frames() { return reader.read(receive()); }
    std::string talk(std::string_view bytes) {
        send(bytes);
        return describe(frames());
    }
    FrameReader reader;
};

Task<> stream_with_trailers(gateway::Exchange& exchange) {
    co_await exchange.send_informational(103, {{"link", "</a.css>"}});
    co_await exchange.send_head({});
    co_await exchange.send_chunk("abc");
    co_await exchange.finish({{"x-sum", "1"}});
}

}  // namespace

TEST_CASE("H2Connection: answers requests of one input in one write (RFC 9113 8.1)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        CHECK(exchange.head().version() == HttpVersion::Http2);
        return answer(exchange, std::string(exchange.head().target()));
    };
    CHECK(wire.talk(get(1, "/a") + get(3, "/bc")) == "H1 200; D1 2 end; H3 200; D3 3 end");
}

TEST_CASE(
    "H2Connection: the preface may come in pieces, and an HTTP/1.1 request is none (RFC 9113 "
    "3.4)") {
    Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    FrameReader reader;
    for (const char c : hello() + get(1)) wire.send({&c, 1});
    CHECK(describe(reader.read(wire.receive())) ==
          "SETTINGS; WU0 4128769; SETTINGS ack; H1 200; D1 1 end");
    Wire other;
    other.gateway.handler = wire.gateway.handler;
    CHECK(other.exchange("P").empty());
    CHECK(other.exchange("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
              .starts_with("HTTP/1.1 200"));
}

TEST_CASE("H2Connection: Upgrade: h2c becomes stream 1, unless it is switched off (RFC 7540 3.2)") {
    const std::string upgrade =
        "GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return answer(exchange, std::string(exchange.head().target()));
    };
    std::string got = wire.exchange(upgrade);
    const std::string switching =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n";
    REQUIRE(got.starts_with(switching));
    FrameReader reader;
    CHECK(describe(reader.read(got.substr(switching.size()))) ==
          "SETTINGS; WU0 4128769; H1 200; D1 3 end");
    CHECK(describe(reader.read(wire.exchange(hello() + get(3, "/b")))) ==
          "SETTINGS ack; H3 200; D3 2 end");

    Options off;
    off.h2c_upgrade = false;
    Wire plain(off);
    plain.gateway.handler = wire.gateway.handler;
    CHECK(plain.exchange(upgrade).starts_with("HTTP/1.1 200"));
}

TEST_CASE("H2Connection: a body is read as it comes, with its trailers (RFC 9113 8.1)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(read_all(exchange));
    };
    CHECK(wire.talk(headers(1, request("POST"), false) + data(1, "abc")) == "");
    CHECK(wire.talk(data(1, "de") + headers(1, {{"x-sum", "9"}})) == "H1 200; D1 6 end");
    CHECK(wire.talk(headers(3, request("POST"), false) + data(3, "whole", true)) ==
          "H3 200; D3 5 end");
}

TEST_CASE(
    "H2Connection: a body over the limit is 413, one that pauses is 408, and the connection "
    "stays") {
    Options options;
    options.h1.body = 4;
    options.discard_limit = 0;
    H2Wire wire(options);
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(read_all(exchange));
    };
    CHECK(wire.talk(headers(1, request("POST"), false) + data(1, "12345")) == "H1 413 end; RST1 0");
    CHECK(wire.talk(headers(3, request("POST"), false)) == "");
    wire.executor.advance(Seconds(31));
    CHECK(describe(wire.frames()) == "H3 408 end; RST3 0");
    CHECK(wire.talk(headers(5, request("POST"), false) + data(5, "1234", true)) ==
          "H5 200; D5 4 end");
}

TEST_CASE("H2Connection: a body that came with its head is not larger than the limit either") {
    Options options;
    options.h1.body = 4;
    H2Wire wire(options);
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(read_all(exchange));
    };
    CHECK(wire.talk(headers(1, request("POST"), false) + data(1, "12345", true)) == "H1 413 end");
}

TEST_CASE("H2Connection: a refusal of HEAD has no content (RFC 9110 9.3.2)") {
    H2Wire wire;
    const std::string path = "/" + std::string(10'000, 'x');
    CHECK(wire.talk(headers(1, request("HEAD", path))) == "H1 414 end");
    CHECK(wire.talk(get(3, path)).starts_with("H3 414; D3 "));
}

TEST_CASE("H2Connection: 103, a streamed answer and trailers (RFC 9113 8.1)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(stream_with_trailers(exchange));
    };
    CHECK(wire.talk(headers(1, request("GET", "/", {{"te", "trailers"}}))) ==
          "H1 103; H1 200; D1 3; H1 trailers end");
    CHECK(wire.talk(get(3)) == "H3 103; H3 200; D3 3; D3 0 end");
}

TEST_CASE("H2Connection: an empty first piece of a generator sends the head at once (SSE)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        exchange.response().set_body(StreamBody(head_first()));
        return gateway::Outcome::finished();
    };
    CHECK(wire.talk(get(1)) == "H1 200");
    wire.executor.advance(Seconds(2));
    CHECK(describe(wire.frames()) == "D1 5; D1 0 end");
}

TEST_CASE("H2Connection: a response's trailers follow its body (RFC 9113 8.1)") {
    H2Wire wire;
    wire.gateway.handler = answer_with_trailers;
    for (const char* path : {"/whole", "/stream"}) {
        const std::uint32_t id = path[1] == 'w' ? 1 : 3;
        wire.send(headers(id, request("GET", path, {{"te", "trailers"}})));
        const auto frames = wire.frames();
        REQUIRE(frames.size() == 3);
        CHECK(describe(frames).ends_with(" trailers end"));
        CHECK(frames[1].payload == "abc");
        CHECK(frames[2].fields == Fields{{"x-sum", "3"}});
    }
    CHECK(wire.talk(headers(5, request("HEAD", "/whole"))) == "H5 200; D5 0 end");
}

TEST_CASE("H2Connection: HEAD and 204 carry no content (RFC 9110 6.4.1)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        if (exchange.head().method() == Method::Get) exchange.response().status = 204;
        return answer(exchange, "text");
    };
    wire.send(headers(1, request("HEAD")) + get(3));
    const auto frames = wire.frames();
    CHECK(describe(frames) == "H1 200 end; H3 204 end");
    CHECK(frames[0].fields.back() == std::pair<std::string, std::string>{"content-length", "4"});
}

TEST_CASE(
    "H2Connection: a reset cancels the handler at once and frees its slot only then (RFC 9113 "
    "5.4)") {
    Options options;
    options.h2.streams = 1;
    H2Wire wire(options);
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        return gateway::Outcome(wait_for_ever(exchange, cancelled));
    };
    CHECK(wire.talk(get(1) + get(3)) == "RST3 7");
    CHECK_FALSE(cancelled);
    wire.send(frame(kRstStream, 0, 1, u32(8)));
    CHECK(cancelled);
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    CHECK(wire.talk(get(5)) == "H5 200; D5 1 end");
}

TEST_CASE("H2Connection: a client that leaves cancels its handlers") {
    H2Wire wire;
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        return gateway::Outcome(wait_for_ever(exchange, cancelled));
    };
    wire.send(get(1));
    wire.client.reset();
    wire.executor.run_until_idle();
    wire.executor.advance(Seconds(1));
    CHECK(cancelled);
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("H2Connection: drains in two steps and ends with its last request (RFC 9113 6.8)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(answer_after(exchange, Seconds(2), "late"));
    };
    wire.send(get(1));
    wire.context().set_draining();
    wire.context().drain_connections();
    CHECK(describe(wire.frames()) == "GOAWAY 2147483647 0");
    wire.send(get(3));  // on its way when the client was told
    wire.executor.advance(Milliseconds(300));
    CHECK(describe(wire.frames()) == "GOAWAY 3 0");
    CHECK(wire.talk(get(5)) == "");
    wire.executor.advance(Seconds(3));
    CHECK(describe(wire.frames()) == "H1 200; D1 4 end; H3 200; D3 4 end");
    CHECK(wire.ended);
}

/// Fills all that a client which does not read lets the server send.
void clog(H2Wire& wire) {
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        exchange.response().headers.set("x-long", std::string(1000, 'x'));
        return answer(exchange, "");
    };
    for (std::uint32_t id = 1; id < 200; id += 2) wire.send(headers(id, request("HEAD")));
}

TEST_CASE("H2Connection: a client that does not read its last answers is given up") {
    H2Wire wire({}, {}, {.capacity = 4096});
    clog(wire);
    SUBCASE("after the send timeout, when the connection has failed") {
        wire.send(data(0, "x"));
        wire.executor.advance(Seconds(31));
    }
    SUBCASE("at once, when the process ends") {
        wire.context().abort_connections(CancelReason::Shutdown);
        wire.executor.advance(Milliseconds(10));
    }
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("H2Connection: an idle connection is ended, a silent one sooner") {
    H2Wire idle;
    idle.executor.advance(Seconds(76));
    CHECK(describe(idle.frames()) == "GOAWAY 0 0");
    CHECK(idle.ended);
    Wire silent;
    silent.send(kPreface);
    silent.executor.advance(Seconds(11));
    const std::string got = describe(FrameReader().read(silent.receive()));
    CHECK(got == "SETTINGS; WU0 4128769; GOAWAY 0 4");
    H2Wire dribble;
    dribble.send(get(1).substr(0, 12));
    dribble.executor.advance(Seconds(11));
    CHECK(describe(dribble.frames()) == "GOAWAY 0 11");
}

TEST_CASE(
    "H2Connection: a stream without a window is given up, the others go on (abuse: zero window)") {
    Options options;
    H2Wire wire(options, setting(4, 0));
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "never"); };
    CHECK(wire.talk(get(1)) == "H1 200");
    wire.executor.advance(Seconds(20));
    CHECK(wire.talk(frame(kWindowUpdate, 0, 1, u32(1))) == "D1 1");  // dribbles
    wire.executor.advance(Seconds(20));
    CHECK(describe(wire.frames()) == "RST1 8");
    CHECK(wire.talk(headers(3, request("HEAD"))) == "H3 200 end");
}

TEST_CASE("H2Connection: what all streams of a connection keep is bounded (abuse: zero window)") {
    Options options;
    options.connection_high_water = 100 * 1024;
    H2Wire wire(options, setting(4, 0));
    int pulled = 0;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        exchange.response().set_body(StreamBody(pieces(2, pulled)));
        return gateway::Outcome::finished();
    };
    std::string requests;
    for (std::uint32_t id = 1; id < 41; id += 2) requests += get(id);
    wire.send(requests);
    CHECK(pulled == 2);
    wire.send(frame(kSettings, 0, 0, setting(4, 1 << 20)) +
              frame(kWindowUpdate, 0, 0, u32(1 << 24)));
    wire.executor.run_until_idle();
    std::size_t got = 0;
    for (const Frame& one : wire.frames()) got += one.type == kData ? one.payload.size() : 0;
    CHECK(got == 40 * 64 * 1024);
    CHECK(pulled == 40);
}

TEST_CASE("H2Connection: a large answer waits for the client's window (RFC 9113 6.9)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return answer(exchange, std::string(100'000, 'x'));
    };
    wire.send(get(1));
    std::size_t got = 0;
    for (const Frame& one : wire.frames()) got += one.type == kData ? one.payload.size() : 0;
    CHECK(got == 65535);
    wire.send(frame(kWindowUpdate, 0, 0, u32(50'000)) + frame(kWindowUpdate, 0, 1, u32(50'000)));
    for (const Frame& one : wire.frames()) got += one.type == kData ? one.payload.size() : 0;
    CHECK(got == 100'000);
}

TEST_CASE(
    "H2Connection: push serves the promised request beside its parent (PUSH-1, RFC 9113 8.4)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        const std::string path(exchange.head().target());
        if (path == "/")
            CHECK(exchange.push("/a.css?v=1", {{"accept", "text/css"}}));
        else
            CHECK(exchange.head().get("accept") == "text/css");
        return answer(exchange, path);
    };
    CHECK(wire.talk(get(1)) == "PUSH1 2; H2 200; D2 10 end; H1 200; D1 1 end");
}

TEST_CASE("H2Connection: a handler that fails behind its head resets the stream") {
    LogLines log;
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome([](gateway::Exchange& each) -> Task<> {
            co_await each.send_head({});
            throw std::runtime_error("late");
        }(exchange));
    };
    CHECK(wire.talk(get(1)) == "H1 200; RST1 2");
    wire.gateway.handler = [](gateway::Exchange&) -> gateway::Outcome {
        throw std::runtime_error("early");
    };
    CHECK(wire.talk(get(3)).starts_with("H3 500; D3 "));
}

TEST_CASE("H2Connection: an unknown :protocol is 501 (RFC 8441 4)") {
    H2Wire wire;
    wire.gateway.handler = [](gateway::Exchange& exchange) { return answer(exchange, "x"); };
    const Fields connect = request("CONNECT", "/", {{":protocol", "x"}});
    CHECK(wire.talk(headers(1, connect, false)).starts_with("H1 501; D1 "));
}

TEST_CASE("H2Connection: without websockets there is no extended CONNECT (RFC 8441 3)") {
    Options options;
    options.websocket.enabled = false;
    Wire wire(options);
    wire.send(hello());
    FrameReader reader;
    const auto frames = reader.read(wire.receive());
    REQUIRE(!frames.empty());
    CHECK(frames[0].payload.find(setting(8, 1)) == std::string::npos);
    const Fields connect =
        request("CONNECT", "/ws", {{":protocol", "websocket"}, {"sec-websocket-version", "13"}});
    wire.send(headers(1, connect, false));
    CHECK(describe(reader.read(wire.receive())) == "RST1 1");
}

TEST_CASE("H2Connection: a websocket whose stream ended with its handshake is over (RFC 8441 5)") {
    H2Wire wire;
    std::uint16_t code = 0;
    wire.gateway.websocket = [&](gateway::Websocket& socket) {
        return gateway::Outcome([](gateway::Websocket& each, std::uint16_t& closed) -> Task<> {
            each.accept({}, {});
            closed = (co_await each.receive()).code;
        }(socket, code));
    };
    const Fields connect =
        request("CONNECT", "/ws", {{":protocol", "websocket"}, {"sec-websocket-version", "13"}});
    (void)wire.talk(headers(1, connect));
    CHECK(code == 1006);
}

TEST_CASE("H2Connection: a websocket on a stream, with large messages and its end (RFC 8441 5)") {
    H2Wire wire({}, setting(4, 1 << 20));
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
    const Fields connect =
        request("CONNECT", "/ws", {{":protocol", "websocket"}, {"sec-websocket-version", "13"}});
    CHECK(wire.talk(headers(1, connect, false)) == "H1 200");
    wire.send(data(1, "\x81\x85" + mask + "Hello"));
    auto frames = wire.frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].payload == "\x81\x05Hello");

    // Twice what may be queued, behind a window of the connection that is too small.
    std::string large = "\x82\xff" + std::string(5, '\0') + "\x02" + std::string(2, '\0') + mask +
                        std::string(0x20000, 'x');
    for (; !large.empty(); large.erase(0, 16000)) {
        wire.send(data(1, large.substr(0, 16000)));
        if (large.size() <= 16000) break;
    }
    std::size_t got = 0;
    for (int round = 0; round < 10; ++round) {
        for (const Frame& one : wire.frames()) got += one.type == kData ? one.payload.size() : 0;
        wire.send(frame(kWindowUpdate, 0, 0, u32(30'000)));
    }
    for (const Frame& one : wire.frames()) got += one.type == kData ? one.payload.size() : 0;
    CHECK(got == 0x20000 + 10);

    wire.send(data(1, "\x88\x82" + mask + "\x03\xe8"));
    frames = wire.frames();
    REQUIRE(!frames.empty());
    CHECK(frames[0].payload == "\x88\x02\x03\xe8");
    CHECK((frames.back().type == kRstStream || (frames.back().flags & kEndStream) != 0));
    CHECK(code == 1000);
}

TEST_CASE("H2Connection: a websocket whose stream is reset ends with 1006 (RFC 8441 5)") {
    H2Wire wire;
    std::uint16_t code = 0;
    wire.gateway.websocket = [&](gateway::Websocket& socket) {
        return gateway::Outcome([](gateway::Websocket& each, std::uint16_t& closed) -> Task<> {
            each.accept({}, {});
            closed = (co_await each.receive()).code;
        }(socket, code));
    };
    wire.send(headers(
        1, request("CONNECT", "/ws", {{":protocol", "websocket"}, {"sec-websocket-version", "13"}}),
        false));
    wire.send(frame(kRstStream, 0, 1, u32(8)));
    CHECK(code == 1006);
}
