// SPDX-License-Identifier: MIT
/// \file
/// Gateway: anything that serves exchanges: an App, a middleware around another gateway, a mounted
/// Python application.
#pragma once

#include <pottle/gateway/exchange.hpp>

namespace pottle::gateway {

class Websocket;

/// What start() says: finished (response() is filled) or the task that will.
class [[nodiscard]] Outcome {
public:
    /// The answer stands in exchange.response(): the fast path, without a coroutine.
    static Outcome finished() noexcept { return Outcome{}; }
    /// `rest` fills response() or drives the exchange. The server starts it under exchange.scope()
    /// and owns it.
    explicit Outcome(Task<> rest) noexcept : rest_(std::move(rest)) {}

    bool is_finished() const noexcept { return !rest_; }
    Task<> take() && noexcept { return std::move(rest_); }

private:
    Outcome() = default;
    Task<> rest_;
};

/// How an application ends the server that serves it.
class Stopper {
public:
    /// Begins an orderly shutdown; the process exits with an error. `reason` is logged; static
    /// storage. Thread: any.
    virtual void stop(const char* reason) noexcept = 0;
    /// The same without an error, as SIGTERM does it; does nothing the second time. Thread: any.
    virtual void shut_down() noexcept = 0;

protected:
    ~Stopper() = default;
};

/// Serves exchanges. A resource, shared by all loops: start() is called concurrently from every
/// loop.
class Gateway {
public:
    virtual ~Gateway() = default;
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    /// Serves one exchange. What escapes (from here or from the task) becomes a 500 without
    /// details: applications turn their exceptions into responses themselves.
    virtual Outcome start(Exchange& exchange) = 0;

    /// Serves one websocket, from its handshake to its end; finished without accept() it is
    /// refused with what stands in websocket.handshake().response(). What escapes after accept()
    /// closes it with 1011. Default: there are no websockets here, 400.
    virtual Outcome start_websocket(Websocket& websocket);

    /// Lifespan: once per process, on loop 0, before the first connection and after the last. An
    /// exception from startup() stops the server with its message.
    virtual Task<> startup() { co_return; }
    virtual Task<> shutdown() { co_return; }

    /// Once per loop, on its thread, before its first connection and after its last.
    virtual void loop_started(async::Executor&) {}
    virtual void loop_stopped(async::Executor&) noexcept {}
    /// On each loop when the shutdown begins: its requests still have their grace.
    virtual void loop_draining(async::Executor&) noexcept {}

    /// Called before startup(), and with nullptr when the server has ended.
    virtual void set_stopper(Stopper*) noexcept {}

protected:
    Gateway() = default;
};

}  // namespace pottle::gateway
