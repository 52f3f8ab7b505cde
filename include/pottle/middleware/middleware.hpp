// SPDX-License-Identifier: MIT
/// \file
/// Middleware: a gateway around another. It sees every request and websocket before the
/// application, and may answer by itself; then no hook of the application runs.
#pragma once

#include <pottle/gateway/gateway.hpp>

namespace pottle::middleware {

/// Hands everything on. A derived class overrides what it is about:
///
///     class Maintenance final : public middleware::Middleware {
///     public:
///         using Middleware::Middleware;
///         gateway::Outcome start(gateway::Exchange& exchange) override {
///             exchange.response() = Response("back at noon", 503);
///             return gateway::Outcome::finished();
///         }
///     };
///     app.wrap<Maintenance>();
///
/// A resource. `inner` outlives it. Thread: as Gateway.
class Middleware : public gateway::Gateway {
public:
    explicit Middleware(gateway::Gateway& inner) noexcept : inner_(inner) {}

    gateway::Outcome start(gateway::Exchange& exchange) override;
    gateway::Outcome start_websocket(gateway::Websocket& websocket) override;
    Task<> startup() override;
    Task<> shutdown() override;
    void loop_started(async::Executor& executor) override;
    void loop_stopped(async::Executor& executor) noexcept override;
    void loop_draining(async::Executor& executor) noexcept override;
    void set_stopper(gateway::Stopper* stopper) noexcept override;

protected:
    gateway::Gateway& inner() const noexcept { return inner_; }

private:
    gateway::Gateway& inner_;
};

/// A middleware that looks at the head of requests and of websocket handshakes alike.
class HeadMiddleware : public Middleware {
public:
    using Middleware::Middleware;
    gateway::Outcome start(gateway::Exchange& exchange) final;
    gateway::Outcome start_websocket(gateway::Websocket& websocket) final;

protected:
    enum class Decision : unsigned char { PassOn, Answered };
    enum class Kind : unsigned char { Http, Websocket };
    /// Answered: exchange.response() is the answer, for a websocket the refusal.
    virtual Decision look(gateway::Exchange& exchange, Kind kind) = 0;
};

/// The scheme and the host that a client used: what a trusted proxy says, or what was received.
std::string_view client_scheme(const gateway::Exchange& exchange) noexcept;
std::string_view client_host(const gateway::Exchange& exchange) noexcept;

}  // namespace pottle::middleware
