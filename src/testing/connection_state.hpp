// SPDX-License-Identifier: MIT
/// \file
/// ConnectionState: what stands behind a TestConnection: the exchange, and the task that serves it.
#pragma once

#include "test_exchange.hpp"

#include <pottle/async/event.hpp>
#include <pottle/async/start.hpp>
#include <pottle/gateway/gateway.hpp>

#include <deque>
#include <exception>
#include <optional>
#include <string>

namespace pottle::testing {

/// An Exchange whose peer sends and takes one piece at a time. A resource; `request` and `executor`
/// must outlive it.
class PiecewiseExchange final : public TestExchange {
public:
    PiecewiseExchange(const TestRequest& request, async::VirtualExecutor& executor);

    std::optional<std::string_view> body_in_hand() noexcept override { return std::nullopt; }
    Task<Result<Bytes>> read() override;
    Result<> set_body_limit(ByteCount limit) noexcept override;
    Task<> send_head(std::optional<std::uint64_t> length) override;
    /// Returns when the client has taken the chunk: nothing is produced ahead of it.
    Task<> send_chunk(std::string chunk) override;
    Task<> finish(Headers trailers) override;
    /// Sends response(), unless the application has sent its answer by itself.
    Task<> send_response();

    // The client's side.
    void arrive(std::string piece);
    void complete() noexcept;
    bool has_head() const noexcept { return has_head_; }
    TestResponse& answer() noexcept { return answer_; }
    bool has_chunk() const noexcept { return outgoing_.has_value(); }
    std::optional<std::string> take_chunk();

private:
    std::deque<std::string> incoming_;
    bool is_complete_ = false;
    async::Event arrival_;
    std::size_t consumed_ = 0;
    ByteCount limit_ = 0;

    std::optional<std::string> outgoing_;
    async::Event taken_;
    bool has_head_ = false;
};

/// A resource; serving begins in the constructor.
class ConnectionState final : private async::Completion {
public:
    ConnectionState(gateway::Gateway& gateway, async::VirtualExecutor& executor,
                    TestRequest request);
    /// Precondition: is_done().
    ~ConnectionState() = default;

    PiecewiseExchange& exchange() noexcept { return exchange_; }
    bool is_done() const noexcept { return is_done_; }
    /// Runs the application until `ready(exchange)`, or its end; moves the clock while it waits.
    /// Errors: throws what the application ended with; LogicError when it is stuck.
    void run_until(bool (*ready)(PiecewiseExchange&));
    /// Cancels and waits for the end; nothing is thrown.
    void cancel() noexcept;

private:
    static Task<> serve(gateway::Gateway* gateway, PiecewiseExchange* exchange);
    void on_done(std::exception_ptr error) noexcept override;

    async::VirtualExecutor& executor_;
    TestRequest request_;
    PiecewiseExchange exchange_;
    bool is_done_ = false;
    std::exception_ptr error_;
};

}  // namespace pottle::testing
