// SPDX-License-Identifier: MIT
/// \file
/// The client's side of a websocket under test: the handshake over a Wire, frames, and what came
/// back as text.
#pragma once

#include "harness.hpp"
#include "proto/ws/frames.hpp"

#include <pottle/gateway/shared_message.hpp>
#include <pottle/proto/ws/writer.hpp>

namespace pottle::server {

inline constexpr std::string_view kHandshake =
    "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

/// Sends back what comes, until the end; `closed` is what the end said.
inline Task<> echo(gateway::Websocket& socket, WebsocketMessage& closed) {
    socket.accept({}, {});
    while (true) {
        WebsocketMessage message = co_await socket.receive();
        if (message.kind == WebsocketMessage::Kind::Closed) {
            closed = std::move(message);
            co_return;
        }
        socket.queue(message.kind, message.data);
        co_await socket.drained();
    }
}

/// A Wire whose gateway echoes, after its handshake.
class EchoWire : public Wire {
public:
    explicit EchoWire(Options options = {}, std::string_view fields = {},
                      async::MemoryStreamOptions stream = {}, AccessLog* log = nullptr)
        : Wire(std::move(options), std::move(stream), log) {
        gateway.websocket = [this](gateway::Websocket& socket) {
            return gateway::Outcome(echo(socket, closed));
        };
        head = exchange(std::string(kHandshake).append(fields).append("\r\n"));
    }
    /// Sends frames; what came back, one line a frame: "text hi", "close 1000 ".
    std::string talk(std::string_view frames) {
        send(frames);
        return frames_received();
    }
    std::string frames_received(const ws::test::Settings& settings = {.role = ws::Role::Client}) {
        return ws::test::read_in_pieces(receive(), {}, settings);
    }

    std::string head;
    WebsocketMessage closed{};
};

}  // namespace pottle::server
