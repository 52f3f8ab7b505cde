// SPDX-License-Identifier: MIT
/// \file
/// How websockets end: close frames from either side, mistakes, lost connections, timers, shutdown.
#include "websocket_client.hpp"

#include <pottle/base/require.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace pottle;
using namespace pottle::server;
using namespace pottle::ws::test;
using gateway::Outcome;
using gateway::Websocket;
using Kind = WebsocketMessage::Kind;

namespace {

/// What ends a task that serves a websocket.
enum class Way { Returned, Cancelled, SendFailed };

struct Fate {
    std::optional<Way> way;
    std::uint16_t code = 0;
    CancelReason reason = CancelReason::None;
};

/// Sends something every second and never receives.
Task<> tick(Websocket& socket, Fate& fate) {
    socket.accept({}, {});
    try {
        while (true) {
            socket.queue(Kind::Text, "tick");
            co_await sleep(Seconds(1));
        }
    } catch (const Cancelled& cancelled) {
        fate = {Way::Cancelled, 0, cancelled.reason};
        throw;
    } catch (const WebsocketClosed& closed) {
        fate = {Way::SendFailed, closed.code(), CancelReason::None};
        throw;
    }
}

void serve(Wire& wire, std::function<Task<>(Websocket&)> handler) {
    wire.gateway.websocket = [handler](Websocket& socket) { return Outcome(handler(socket)); };
    CHECK(wire.exchange(std::string(kHandshake) + "\r\n").starts_with("HTTP/1.1 101"));
}

}  // namespace

TEST_CASE("websocket: the client's close is answered and told with code and reason (WS-7)") {
    EchoWire wire;
    CHECK(wire.talk(close_frame(4001, "bye")) == "close 4001 \n");
    CHECK(wire.closed.code == 4001);
    CHECK(wire.closed.data == "bye");
    CHECK(wire.ended);
    CHECK(wire.stats.read().websockets_open == 0);

    EchoWire no_code;
    CHECK(no_code.talk(frame(kClose)) == "close 1005 \n");
    CHECK(no_code.closed.code == 1005);
}

TEST_CASE("websocket: what came before the client's close is answered before it (RFC 6455 5.5.1)") {
    EchoWire wire;
    CHECK(wire.talk(frame(kText, "a") + frame(kText, "b") + close_frame(1000)) ==
          "text a\ntext b\nclose 1000 \n");
}

TEST_CASE("websocket: messages before a mistake are answered before it fails the connection") {
    for (const auto& [mistake, code] :
         {std::pair(frame(kText | kRsv2, "x"), 1002), std::pair(frame(kText, "\xff"), 1007),
          std::pair(header(kText, 1_GiB), 1009), std::pair(std::string("\x81\x01x"), 1002),
          std::pair(close_frame(1005), 1002)}) {
        EchoWire wire;
        wire.send(frame(kText, "a") + frame(kText, "b") + mistake);
        const std::string frames = wire.frames_received();
        CHECK(frames.starts_with("text a\ntext b\nclose " + std::to_string(code) + " "));
        CHECK(wire.closed.code == code);
        CHECK(wire.ended);
    }
}

TEST_CASE("websocket: a handler that takes its time still answers what came before the end") {
    Wire wire;
    WebsocketMessage closed;
    serve(wire, [&](Websocket& socket) -> Task<> {
        return [](Websocket& s, WebsocketMessage& end) -> Task<> {
            s.accept({}, {});
            while (true) {
                WebsocketMessage message = co_await s.receive();
                if (message.kind == Kind::Closed) {
                    end = message;
                    co_return;
                }
                co_await sleep(Milliseconds(300));
                s.queue(message.kind, message.data);
            }
        }(socket, closed);
    });
    wire.send(frame(kText, "a") + frame(kText, "b") + frame(kText, "c") + close_frame(1000));
    wire.executor.advance(Seconds(1));
    CHECK(wire.receive() == std::string("\x81\x01"
                                        "a\x81\x01"
                                        "b\x81\x01"
                                        "c\x88\x02\x03\xe8"));
    CHECK(closed.code == 1000);
}

TEST_CASE("websocket: a lost connection is 1006, told behind what came before (WS-7)") {
    EchoWire wire;
    wire.send(frame(kText, "last"));
    wire.client->shutdown_write();
    wire.executor.run_until_idle();
    CHECK(wire.closed.code == 1006);
    CHECK(count_of(wire.receive(), "last") == 1);

    EchoWire reset;
    reset.client->reset();
    reset.executor.run_until_idle();
    CHECK(reset.closed.code == 1006);
    CHECK(reset.stats.read().websockets_open == 0);
}

TEST_CASE("websocket: sending to a client that is gone fails at once (WS-8)") {
    Wire wire;
    Fate fate;
    serve(wire, [&](Websocket& socket) { return tick(socket, fate); });
    wire.executor.advance(Milliseconds(900));  // the next tick comes before the grace is over
    wire.send(close_frame(4002));
    CHECK(wire.receive().ends_with(std::string("\x88\x02\x0f\xa2")));
    wire.executor.advance(Milliseconds(100));
    CHECK(fate.way == Way::SendFailed);
    CHECK(fate.code == 4002);
}

TEST_CASE("websocket: a handler whose client is gone is cancelled after the grace (WS-7)") {
    Wire wire;
    bool cancelled = false;
    serve(wire, [&](Websocket& socket) {
        socket.accept({}, {});
        return wait_for_ever(socket.handshake(), cancelled);
    });
    wire.send(close_frame(1000));
    wire.executor.advance(Milliseconds(400));
    CHECK_FALSE(cancelled);
    wire.executor.advance(Milliseconds(200));
    CHECK(cancelled);
    CHECK(wire.stats.read().websockets_open == 0);
}

TEST_CASE("websocket: a handler that never receives is cancelled too, its queue being full") {
    Options options;
    options.websocket.queue_messages = 2;
    Wire wire(options);
    bool cancelled = false;
    serve(wire, [&](Websocket& socket) {
        socket.accept({}, {});
        return wait_for_ever(socket.handshake(), cancelled);
    });
    wire.send(frame(kText, "a") + frame(kText, "b") + frame(kText, "c") + close_frame(1000));
    wire.client->shutdown_write();
    wire.executor.advance(Milliseconds(600));
    CHECK(cancelled);
    wire.executor.advance(Seconds(10));
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("websocket: close() sends code and reason and waits for the client's (WS-6)") {
    Wire wire;
    WebsocketMessage closed;
    int after = 0;
    serve(wire, [&](Websocket& socket) -> Task<> {
        return [](Websocket& s, WebsocketMessage& end, int& count) -> Task<> {
            s.accept({}, {});
            s.close(4000, "enough");
            s.close(4009, "again");  // harmless
            CHECK_THROWS_AS(s.queue(Kind::Text, "late"), WebsocketClosed);
            end = co_await s.receive();
            ++count;
            end = co_await s.receive();  // the same for whoever asks again
            ++count;
        }(socket, closed, after);
    });
    CHECK(wire.receive() == "");
    CHECK(after == 0);
    CHECK_FALSE(wire.ended);
    wire.send(frame(kText, "crossing") + close_frame(4000, "enough"));
    CHECK(after == 2);
    CHECK(closed.kind == Kind::Closed);
    CHECK(closed.code == 4000);
    wire.receive();
    CHECK(wire.ended);
}

TEST_CASE("websocket: close() refuses codes and reasons that must not be sent (RFC 6455 7.4)") {
    Wire wire;
    serve(wire, [](Websocket& socket) -> Task<> {
        socket.accept({}, {});
        for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2000, 5000})
            CHECK_THROWS_AS(socket.close(static_cast<std::uint16_t>(code), {}), LogicError);
        CHECK_THROWS_AS(socket.close(1000, std::string(124, 'x')), LogicError);
        CHECK_THROWS_AS(socket.close(1000, "\xff"), LogicError);
        co_return;
    });
}

TEST_CASE("websocket: a client that does not answer our close is not waited for long") {
    Wire wire;
    serve(wire, [](Websocket& socket) -> Task<> {
        socket.accept({}, {});
        co_return;
    });
    wire.executor.advance(Seconds(4));
    CHECK(wire.connection_open());
    wire.executor.advance(Seconds(4));  // and the lingering close
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("websocket: a handler's end closes with 1000, its exception with 1011 (WS-6)") {
    LogLines log;
    const auto closing = [](bool fails) {
        Wire wire;
        wire.gateway.websocket = [fails](Websocket& socket) {
            return Outcome([](Websocket& s, bool throws) -> Task<> {
                s.accept({}, {});
                co_await sleep(Milliseconds(1));
                if (throws) throw std::runtime_error("defect");
            }(socket, fails));
        };
        wire.exchange(std::string(kHandshake) + "\r\n");
        wire.executor.advance(Milliseconds(1));
        return wire.receive();
    };
    CHECK(closing(false) == std::string("\x88\x02\x03\xe8"));
    CHECK(log.lines.empty());
    CHECK(closing(true) == std::string("\x88\x02\x03\xf3"));
    CHECK(log.lines.size() == 1);
}

TEST_CASE("websocket: a quiet client is pinged; one that stays quiet is gone (pong timeout)") {
    Options options;
    options.websocket.ping_interval = Seconds(20);
    options.websocket.pong_timeout = Seconds(5);
    EchoWire wire(options);
    wire.executor.advance(Seconds(20));
    CHECK(wire.talk(frame(kPong)) == "ping \n");
    wire.executor.advance(Seconds(15));
    CHECK(wire.talk(frame(kText, "x")) == "text x\n");  // puts the ping off
    wire.executor.advance(Seconds(15));
    CHECK(wire.frames_received() == "");
    wire.executor.advance(Seconds(5));
    CHECK(wire.frames_received() == "ping \n");
    CHECK(wire.closed.code == 0);
    wire.executor.advance(Seconds(5));
    CHECK(wire.closed.code == 1006);
    CHECK(wire.stats.read().websockets_open == 0);
}

TEST_CASE("websocket: without messages it is closed when the idle time is over") {
    Options options;
    options.websocket.idle = Seconds(60);
    EchoWire wire(options);
    for (int i = 0; i < 4; ++i) {
        wire.executor.advance(Seconds(14));
        wire.send(frame(kPong));  // alive, but idle
    }
    wire.receive();
    wire.executor.advance(Seconds(5));
    CHECK(wire.frames_received() == "close 1001 idle\n");
    CHECK(wire.closed.code == 1001);
}

TEST_CASE("websocket: at shutdown it is closed with 1012 and its handler ends (WS-10)") {
    EchoWire wire;
    wire.context().set_draining();
    wire.context().drain_connections();
    CHECK(wire.frames_received() == "close 1012 the server stops\n");
    CHECK(wire.closed.code == 1012);
    CHECK(wire.connection_open());
    wire.send(close_frame(1012));
    wire.receive();
    CHECK(wire.ended);

    Wire stubborn;
    Fate fate;
    serve(stubborn, [&](Websocket& socket) { return tick(socket, fate); });
    stubborn.context().drain_connections();
    stubborn.executor.advance(Milliseconds(600));
    CHECK(fate.way == Way::Cancelled);
    CHECK(fate.reason == CancelReason::Shutdown);
}

TEST_CASE("websocket: a handshake that is under way at shutdown is closed when it is accepted") {
    Wire wire;
    WebsocketMessage closed;
    wire.gateway.websocket = [&](Websocket& socket) {
        return Outcome([](Websocket& s, WebsocketMessage& end) -> Task<> {
            co_await sleep(Seconds(1));
            co_await echo(s, end);
        }(socket, closed));
    };
    wire.send(std::string(kHandshake) + "\r\n");
    wire.context().set_draining();
    wire.context().drain_connections();
    wire.executor.advance(Seconds(1));
    CHECK(closed.code == 1012);
}

TEST_CASE("websocket: the access log has a line when it is accepted or refused") {
    char path[] = "/tmp/pottle_websocket_log_XXXXXX";
    const int descriptor = ::mkstemp(path);
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    {
        auto log = AccessLog::open(path, "%(r)s %(s)s");
        REQUIRE(log);
        {
            EchoWire wire({}, {}, {}, log->get());
            wire.talk(close_frame(1000));
        }
        {
            Wire refused({}, {}, log->get());
            refused.exchange(std::string(kHandshake) + "\r\n");
        }
        log->reset();
    }
    std::string text;
    std::FILE* file = std::fopen(path, "r");
    char buffer[512];
    text.assign(buffer, std::fread(buffer, 1, sizeof buffer, file));
    std::fclose(file);
    ::unlink(path);
    CHECK(text == "GET /chat HTTP/1.1 101\nGET /chat HTTP/1.1 400\n");
}
