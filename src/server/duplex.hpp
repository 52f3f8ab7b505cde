// SPDX-License-Identifier: MIT
/// \file
/// Duplex: the bytes under one websocket, whatever carries them: an upgraded HTTP/1.1 connection
/// (RFC 6455), or a stream in extended CONNECT of HTTP/2 (RFC 8441) or HTTP/3 (RFC 9220).
///
/// How a protocol carries websockets: when a head asks for one (ws::wants_websocket), its exchange
/// makes a WebsocketSession over itself and a Duplex of its own, and runs session.serve() as the
/// task of the exchange, in the place of what Gateway::start() would have given. When that task is
/// done, either nothing was accepted, and the exchange sends response() as for any request, or the
/// websocket is over: the exchange ends its stream (the connection, for HTTP/1.1) and sends
/// nothing.
#pragma once

#include <pottle/async/stream.hpp>
#include <pottle/http/headers.hpp>

#include <span>
#include <string_view>

namespace pottle::server {

/// A resource of the exchange or of its connection; outlives the session. Both ways follow the
/// contract of async::Stream: non-blocking, told once after WouldBlock, never from inside a call.
class Duplex {
public:
    Duplex(const Duplex&) = delete;
    Duplex& operator=(const Duplex&) = delete;

    /// Sends the head that accepts: 101 with `fields` for HTTP/1.1, 200 for the others, without
    /// ending the stream. It may stay in a buffer until the first write() or until control returns
    /// to the loop.
    virtual void accept(const Headers& fields) = 0;

    /// From now on `observer` is told; nullptr: nobody.
    virtual void observe(async::StreamObserver* observer) noexcept = 0;
    /// Takes what the peer sent behind its head. End: it finished sending (FIN, END_STREAM).
    /// Failed: reset. Flow-control credit of HTTP/2 and 3 goes back when bytes are taken here.
    virtual async::IoResult read(std::span<char> into) noexcept = 0;
    /// Sends as much as fits; a stream without a window answers WouldBlock.
    virtual async::IoResult write(std::span<const std::string_view> pieces) noexcept = 0;

protected:
    Duplex() = default;
    ~Duplex() = default;
};

}  // namespace pottle::server
