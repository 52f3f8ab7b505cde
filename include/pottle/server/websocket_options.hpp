// SPDX-License-Identifier: MIT
/// \file
/// Limits and timeouts of websockets. Zero switches a timeout off.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/proto/ws/limits.hpp>

#include <cstdint>

namespace pottle::server {

struct WebsocketOptions {
    /// False: a request to become a websocket is an ordinary request.
    bool enabled = true;
    ws::Limits limits;
    ws::DeflateOptions deflate;

    /// Messages that wait for their handler; beyond, nothing is read from the client (uvicorn's
    /// 32).
    std::size_t queue_messages = 32;
    /// The same in bytes; one message is always let in.
    ByteCount queue_bytes = 256_KiB;

    /// A client that is quiet this long is sent a ping (uvicorn: 20 s).
    Milliseconds ping_interval{20'000};
    /// After a ping, a client that stays quiet counts as gone (uvicorn: 20 s).
    Milliseconds pong_timeout{20'000};
    /// Without a message in either direction, then closed with 1001.
    Milliseconds idle{0};
    /// For the client's answer to our close frame.
    Milliseconds close{5'000};
    /// How long a handler may go on once its client is gone, before it is cancelled. Begins anew
    /// while it takes messages that had arrived before.
    Milliseconds disconnect_grace{500};
    /// Sent to every open websocket when the server stops: 1012, service restart (IANA's registry;
    /// uvicorn), or 1001, going away (RFC 6455 7.4.1).
    std::uint16_t shutdown_code = 1012;
};

}  // namespace pottle::server
