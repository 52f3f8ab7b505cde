// SPDX-License-Identifier: MIT
/// \file
/// The open websocket: handshake, messages, back-pressure, control frames. Its end:
/// websocket_end_test.cpp.
#include "websocket_client.hpp"

#include <pottle/async/gather.hpp>
#include <pottle/base/require.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::server;
using namespace pottle::ws::test;
using gateway::Outcome;
using gateway::Websocket;
using Kind = WebsocketMessage::Kind;

TEST_CASE("websocket: accepts the handshake of the specification (RFC 6455 1.3, WS-4)") {
    EchoWire wire;
    CHECK(wire.head ==
          "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
          "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    CHECK(wire.talk(frame(kText, "Hello")) == "text Hello\n");
    CHECK(wire.stats.read().websockets_open == 1);
    CHECK(wire.stats.read().responses_by_class[1] == 1);
    CHECK(wire.stats.read().requests_active == 0);
}

TEST_CASE("websocket: subprotocol and fields of accept() stand in the answer (WS-4)") {
    Wire wire;
    wire.gateway.websocket = [](Websocket& socket) -> Outcome {
        socket.accept("p2", Headers{{"X-Room", "7"}});
        socket.accept("other", {});  // the first call decided
        return Outcome::finished();
    };
    const std::string answer =
        wire.exchange(std::string(kHandshake) + "Sec-WebSocket-Protocol: p1, p2\r\n\r\n");
    CHECK(answer.find("sec-websocket-protocol: p2\r\n") != answer.npos);
    CHECK(answer.find("X-Room: 7\r\n") != answer.npos);
}

TEST_CASE("websocket: accept() refuses a subprotocol that was not offered, and its own fields") {
    const auto accept_with = [](std::string subprotocol, Headers fields) {
        LogLines log;
        Wire wire;
        wire.gateway.websocket = [&](Websocket& socket) -> Outcome {
            socket.accept(subprotocol, fields);
            return Outcome::finished();
        };
        return wire.exchange(std::string(kHandshake) + "\r\n").substr(9, 3);
    };
    CHECK(accept_with("p1", {}) == "500");
    CHECK(accept_with({}, Headers{{"Sec-WebSocket-Protocol", "p1"}}) == "500");
    CHECK(accept_with({}, Headers{{"Connection", "close"}}) == "500");
    CHECK(accept_with({}, Headers{{"X-Fine", "1"}}) == "101");
}

TEST_CASE("websocket: a handshake with a mistake is answered, and the connection ends (4.2.1)") {
    const auto status = [](std::string_view head) {
        Wire wire;
        wire.gateway.websocket = [](Websocket&) -> Outcome {
            FAIL("not reached");
            throw 1;
        };
        const std::string answer = wire.exchange(head);
        CHECK(wire.ended);
        return answer.substr(9, 3);
    };
    const std::string base =
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\n";
    CHECK(status(base + "Sec-WebSocket-Version: 13\r\n\r\n") == "400");
    CHECK(status(base + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n") == "426");
    // Frames before the answer could as well be a request.
    CHECK(status(std::string(kHandshake) + "\r\n" + frame(kText, "early")) == "400");
}

TEST_CASE("websocket: what is no handshake is an ordinary request (RFC 9110 7.8)") {
    const auto answered = [](std::string_view head, Options options = {}) {
        Wire wire(std::move(options));
        wire.gateway.handler = [](gateway::Exchange& exchange) {
            return answer(exchange, "plain");
        };
        return wire.exchange(head).ends_with("plain");
    };
    const std::string fields = std::string(kHandshake).substr(kHandshake.find("Host"));
    CHECK(answered("POST / HTTP/1.1\r\n" + fields + "\r\n"));
    CHECK(answered("GET / HTTP/1.0\r\n" + fields + "\r\n"));
    CHECK(answered("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"));
    Options off;
    off.websocket.enabled = false;
    CHECK(answered(std::string(kHandshake) + "\r\n", off));
}

TEST_CASE("websocket: an answer without accept() is an answer, and the connection lives (WIRE-4)") {
    Wire wire;
    wire.gateway.websocket = [](Websocket& socket) -> Outcome {
        socket.handshake().response() = Response("no", 403);
        return Outcome::finished();
    };
    const std::string answer = wire.exchange(std::string(kHandshake) + "\r\n");
    CHECK(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(answer.ends_with("\r\n\r\nno"));
    CHECK_FALSE(wire.ended);
    wire.gateway.websocket = [](Websocket& socket) -> Outcome {
        return Outcome([](Websocket& s) -> Task<> {
            co_await sleep(Milliseconds(10));
            s.close(4000, "before accept");
        }(socket));
    };
    wire.send(std::string(kHandshake) + "\r\n");
    wire.executor.advance(Milliseconds(10));
    CHECK(wire.receive().starts_with("HTTP/1.1 403 Forbidden\r\n"));
    wire.gateway.websocket = [](Websocket&) { return Outcome::finished(); };
    CHECK(wire.exchange(std::string(kHandshake) + "\r\n").starts_with("HTTP/1.1 500"));
    wire.gateway.websocket = nullptr;  // a gateway without websockets
    CHECK(wire.exchange(std::string(kHandshake) + "\r\n").starts_with("HTTP/1.1 400"));
}

TEST_CASE("websocket: messages keep their kind, empty ones too (WS-3)") {
    EchoWire wire;
    CHECK(wire.talk(frame(kText, "a") + frame(kBinary, "\x01\xff") + frame(kText) +
                    frame(kBinary)) == "text a\nbinary 01ff\ntext \nbinary \n");
    CHECK(wire.stats.read().websocket_messages_received == 4);
    CHECK(wire.stats.read().websocket_messages_sent == 4);
}

TEST_CASE("websocket: pings are answered although nobody receives (RFC 6455 5.5.2)") {
    Wire wire;
    bool cancelled = false;
    wire.gateway.websocket = [&](Websocket& socket) {
        socket.accept({}, {});
        return Outcome(wait_for_ever(socket.handshake(), cancelled));
    };
    wire.exchange(std::string(kHandshake) + "\r\n");
    CHECK(wire.exchange(frame(kPing, "are you there?")) ==
          std::string("\x8a\x0e") + "are you there?");
}

TEST_CASE("websocket: what one turn sends is one write, in order") {
    Wire wire;
    wire.gateway.websocket = [](Websocket& socket) {
        return Outcome([](Websocket& s) -> Task<> {
            s.accept({}, {});
            for (const char* text : {"a", "b", "c"}) s.queue(Kind::Text, text);
            co_await s.receive();
        }(socket));
    };
    const std::string answer = wire.exchange(std::string(kHandshake) + "\r\n");
    CHECK(
        answer.ends_with("\r\n\r\n\x81\x01"
                         "a\x81\x01"
                         "b\x81\x01"
                         "c"));
}

TEST_CASE("websocket: two tasks receive and send at once (WS-9)") {
    Wire wire;
    wire.gateway.websocket = [](Websocket& socket) {
        return Outcome([](Websocket& s) -> Task<> {
            s.accept({}, {});
            co_await gather(
                [](Websocket& from) -> Task<> {
                    while ((co_await from.receive()).kind != Kind::Closed) {
                    }
                    from.handshake().scope().cancel();
                }(s),
                [](Websocket& to) -> Task<> {
                    while (true) {
                        to.queue(Kind::Text, "tick");
                        co_await sleep(Seconds(1));
                    }
                }(s));
        }(socket));
    };
    wire.exchange(std::string(kHandshake) + "\r\n");
    wire.send(frame(kText, "x"));
    wire.executor.advance(Seconds(2));
    CHECK(count_of(wire.receive(), "tick") == 2);
    CHECK(wire.exchange(close_frame(1000)) == std::string("\x88\x02\x03\xe8"));
}

TEST_CASE("websocket: a handler that does not receive stops the reading (WS-8)") {
    Options options;
    options.websocket.queue_messages = 4;
    Wire wire(options, {.capacity = 4096});
    Websocket* socket = nullptr;
    bool cancelled = false;
    wire.gateway.websocket = [&](Websocket& s) {
        socket = &s;
        s.accept({}, {});
        return Outcome(wait_for_ever(s.handshake(), cancelled));
    };
    wire.exchange(std::string(kHandshake) + "\r\n");
    const std::string message = frame(kText, std::string(1000, 'x'));
    std::size_t sent = 0;
    for (; sent < 100; ++sent) {
        std::string_view piece = message;
        if (wire.client->write({&piece, 1}).kind != async::IoResult::Kind::Done) break;
        wire.executor.run_until_idle();
    }
    CHECK(sent < 20);
    CHECK(wire.stats.read().websocket_messages_received == 4);
    // Reading goes on when somebody receives.
    WebsocketMessage got;
    for (int i = 0; i < 6; ++i) CHECK(socket->try_receive(got));
    CHECK(wire.stats.read().websocket_messages_received > 5);
}

TEST_CASE("websocket: a client that does not read holds back who sends (WS-8)") {
    Options options;
    options.send_high_water = 10'000;
    Wire wire(options, {.capacity = 4096});
    std::size_t sent = 0;
    wire.gateway.websocket = [&](Websocket& socket) {
        return Outcome([](Websocket& s, std::size_t& count) -> Task<> {
            s.accept({}, {});
            while (true) {
                s.queue(Kind::Binary, std::string(1000, 'x'));
                co_await s.drained();
                ++count;
            }
        }(socket, sent));
    };
    wire.send(std::string(kHandshake) + "\r\n");
    const std::size_t first = sent;
    CHECK(first > 5);
    CHECK(first < 20);
    for (int i = 0; i < 4; ++i) {
        char buffer[4096];
        CHECK(wire.client->read(buffer).kind == async::IoResult::Kind::Done);
        wire.executor.run_until_idle();
    }
    CHECK(sent > first);
    // Without progress its connection is given up.
    wire.executor.advance(Seconds(40));
    CHECK_FALSE(wire.connection_open());
}

TEST_CASE("websocket: of many pings to a client that does not read the last is answered") {
    Options options;
    options.send_high_water = 1000;
    Wire wire(options, {.capacity = 1024});
    wire.gateway.websocket = [](Websocket& socket) {
        return Outcome([](Websocket& s) -> Task<> {
            s.accept({}, {});
            s.queue(Kind::Binary, std::string(4000, 'x'));
            co_await s.receive();
        }(socket));
    };
    wire.send(std::string(kHandshake) + "\r\n");
    for (int i = 0; i < 50; ++i) wire.send(frame(kPing, "ping " + std::to_string(i)));
    const std::string answer = wire.receive();
    CHECK(count_of(answer, "ping ") == 1);
    CHECK(answer.ends_with("ping 49"));
}

TEST_CASE("websocket: deflate is agreed on, used both ways and not for short messages (RFC 7692)") {
    EchoWire wire({}, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    CHECK(wire.head.find("sec-websocket-extensions: permessage-deflate; "
                         "server_no_context_takeover; client_no_context_takeover\r\n") !=
          wire.head.npos);
    const ws::test::Settings settings{
        .deflate = true, .takeover = ws::ContextTakeover::No, .role = ws::Role::Client};
    ws::Deflater deflater{ws::DeflateOptions{}};
    for (int i = 0; i < 3; ++i) {
        const std::string text(5000, static_cast<char>('a' + i));
        std::string payload;
        deflater.deflate(text, payload, ws::ContextTakeover::No);
        wire.send(frame(kText | kRsv1, payload));
        const std::string octets = wire.receive();
        CHECK(octets.size() < 100);
        CHECK(read_in_pieces(octets, {}, settings) == "text 5000 octets\n");
    }
    CHECK(wire.exchange(frame(kText, "short")) == "\x81\x05short");
}

TEST_CASE("websocket: context takeover is a choice (RFC 7692 7.1.1)") {
    Options options;
    options.websocket.deflate.server_context_takeover = true;
    options.websocket.deflate.client_context_takeover = true;
    EchoWire wire(options, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    std::string text;
    for (int i = 0; i < 400; ++i) text += std::to_string(i * 7919);
    const std::size_t first = wire.exchange(frame(kText, text)).size();
    const std::size_t second = wire.exchange(frame(kText, text)).size();
    CHECK(second < first / 4);
}

TEST_CASE("websocket: a shared message is encoded once for all, compressed or not") {
    for (const bool takeover : {false, true}) {
        Options options;
        options.websocket.deflate.server_context_takeover = takeover;
        const std::string text(3000, 'z');
        const auto message = Shared<const gateway::SharedMessage>::make(Kind::Text, text);
        const auto serve = [&](Wire& wire) {
            wire.gateway.websocket = [&message, &text](Websocket& socket) {
                return Outcome([](Websocket& s, const Shared<const gateway::SharedMessage>* m,
                                  const std::string* own) -> Task<> {
                    s.accept({}, {});
                    s.queue(Kind::Text, *own);
                    s.queue(*m);
                    s.queue(Kind::Text, *own);
                    s.queue(*m);
                    co_await s.receive();
                }(socket, &message, &text));
            };
        };
        Wire plain(options), deflated(options);
        serve(plain);
        serve(deflated);
        const std::string a = plain.exchange(std::string(kHandshake) + "\r\n");
        const std::string b = deflated.exchange(
            std::string(kHandshake) + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        const std::string expected =
            "text 3000 octets\ntext 3000 octets\ntext 3000 octets\n"
            "text 3000 octets\n";
        const auto frames = [](const std::string& answer) {
            return answer.substr(answer.find("\r\n\r\n") + 4);
        };
        CHECK(read_in_pieces(frames(a), {}, {.role = ws::Role::Client}) == expected);
        CHECK(frames(b).size() < 400);
        CHECK(read_in_pieces(
                  frames(b), {},
                  {.deflate = true,
                   .takeover = takeover ? ws::ContextTakeover::Yes : ws::ContextTakeover::No,
                   .role = ws::Role::Client}) == expected);
    }
}

TEST_CASE("websocket: the handler's time ends with accept(), before it the answer is 503") {
    Options options;
    options.timeouts.handler = Seconds(2);
    options.websocket.ping_interval = Milliseconds(0);
    LogLines log;
    EchoWire wire(options);
    wire.executor.advance(Seconds(10));
    CHECK(wire.talk(frame(kText, "still")) == "text still\n");

    Wire late(options);
    late.gateway.websocket = [](Websocket& socket) {
        return Outcome([](Websocket& s) -> Task<> {
            co_await sleep(Seconds(3));
            s.accept({}, {});
        }(socket));
    };
    late.send(std::string(kHandshake) + "\r\n");
    late.executor.advance(Seconds(3));
    CHECK(late.receive().starts_with("HTTP/1.1 503"));
}

TEST_CASE("websocket: a shared message sent now is written at once, but not before what waits") {
    Wire wire({}, {.capacity = 1024});
    const auto small = Shared<const gateway::SharedMessage>::make(Kind::Text, "small");
    const auto large =
        Shared<const gateway::SharedMessage>::make(Kind::Text, std::string(3000, 'l'));
    struct {
        ByteCount behind = 0, small = 1, large = 0;
        bool after_close = true;
    } seen;
    wire.gateway.websocket = [&](Websocket& socket) {
        return Outcome([](Websocket& s, const Shared<const gateway::SharedMessage>* little,
                          const Shared<const gateway::SharedMessage>* much,
                          decltype(seen)* unsent) -> Task<> {
            s.accept({}, {});
            s.queue(Kind::Text, "first");
            s.send_now(*little);
            unsent->behind = s.unsent();
            co_await s.receive();
            s.send_now(*little);
            unsent->small = s.unsent();
            s.send_now(*much);
            unsent->large = s.unsent();
            s.send_now(*little);
            co_await s.receive();
            s.close(1000, {});
            unsent->after_close = s.send_now(*little);
        }(socket, &small, &large, &seen));
    };
    const std::string answer = wire.exchange(std::string(kHandshake) + "\r\n");
    const auto frames = [](std::string_view octets) {
        return read_in_pieces(octets, {}, {.role = ws::Role::Client});
    };
    CHECK(frames(answer.substr(answer.find("\r\n\r\n") + 4)) == "text first\ntext small\n");
    CHECK(seen.behind == 14);
    CHECK(frames(wire.exchange(frame(kText, "go on"))) ==
          "text small\ntext 3000 octets\ntext small\n");
    CHECK(seen.small == 0);
    CHECK(seen.large > 1500);
    CHECK(seen.large < 3004);
    CHECK(frames(wire.exchange(frame(kText, "the end"))) == "close 1000 \n");
    CHECK_FALSE(seen.after_close);
}

TEST_CASE("websocket: a shared message to a client that is gone ends the websocket") {
    Wire wire;
    const auto message = Shared<const gateway::SharedMessage>::make(Kind::Text, "text");
    int code = 0;
    bool sent = true;
    wire.gateway.websocket = [&](Websocket& socket) {
        return Outcome([](Websocket& s, Wire* peer,
                          const Shared<const gateway::SharedMessage>* shared, bool* taken,
                          int* closed) -> Task<> {
            s.accept({}, {});
            co_await s.receive();
            peer->client->reset();  // the server has not been told
            *taken = s.send_now(*shared);
            *closed = (co_await s.receive()).code;
        }(socket, &wire, &message, &sent, &code));
    };
    wire.exchange(std::string(kHandshake) + "\r\n");
    wire.send(frame(kText, "last"));
    CHECK_FALSE(sent);
    CHECK(code == 1006);
    CHECK_FALSE(wire.connection_open());
}
