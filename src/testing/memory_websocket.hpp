// SPDX-License-Identifier: MIT
/// \file
/// MemoryWebsocket: a gateway's websocket whose client is the test. WebsocketRun: it, its handshake
/// and the application's task.
#pragma once

#include "memory_exchange.hpp"

#include <pottle/async/start.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/websocket.hpp>

#include <deque>
#include <exception>
#include <optional>
#include <string>

namespace pottle::testing {

/// A resource; `exchange` must outlive it.
class MemoryWebsocket final : public gateway::Websocket {
public:
    explicit MemoryWebsocket(gateway::Exchange& exchange) noexcept : Websocket(exchange) {}

    // gateway::Websocket
    bool accepted() const noexcept override { return accepted_; }
    bool closed() const noexcept override { return closed_ || (end_ && incoming_.empty()); }
    void accept(std::string_view subprotocol, const Headers& headers) override;
    bool try_receive(WebsocketMessage& message) override;
    void queue(WebsocketMessage::Kind kind, std::string_view data) override;
    bool queue(const Shared<const gateway::SharedMessage>& message) override;
    ByteCount unsent() const noexcept override { return 0; }
    bool congested() const noexcept override { return false; }
    void close(std::uint16_t code, std::string_view reason) override;

    // The client's end.
    void deliver(WebsocketMessage message);
    /// The client closes, or is lost (1006).
    void end(std::uint16_t code, std::string reason);
    std::deque<WebsocketMessage>& outgoing() noexcept { return outgoing_; }
    /// What the application closed with.
    std::optional<std::uint16_t> close_code() const noexcept { return close_code_; }
    const std::string& subprotocol() const noexcept { return subprotocol_; }
    const Headers& headers() const noexcept { return headers_; }

private:
    [[noreturn]] void throw_closed() const override;

    std::deque<WebsocketMessage> incoming_, outgoing_;
    std::optional<WebsocketMessage> end_;
    std::optional<std::uint16_t> close_code_;
    std::string subprotocol_;
    Headers headers_;
    bool accepted_ = false;
    bool closed_ = false;
};

/// A resource; `executor` must outlive it.
class WebsocketRun final : private async::Completion {
public:
    WebsocketRun(TestRequest request, gateway::Gateway& gateway, async::VirtualExecutor& executor);
    /// The client is gone when the test is.
    ~WebsocketRun();

    /// Runs the application until the handshake is answered.
    /// Errors: throws WebsocketRefused, or what the application threw.
    void open();
    WebsocketMessage receive();
    void send(WebsocketMessage message);
    /// Ends the client's side and runs the application to its end.
    void end(std::uint16_t code, std::string reason);

    async::VirtualExecutor& executor() noexcept { return executor_; }
    MemoryWebsocket& socket() noexcept { return socket_; }
    bool done() const noexcept { return done_; }

private:
    template <class Condition>
    bool run_until(Condition condition);
    void finish() noexcept;
    void rethrow();
    void on_done(std::exception_ptr error) noexcept override;

    TestRequest request_;
    gateway::Gateway& gateway_;
    async::VirtualExecutor& executor_;
    MemoryExchange exchange_;
    MemoryWebsocket socket_;
    std::exception_ptr error_;
    bool done_ = false;
};

}  // namespace pottle::testing
