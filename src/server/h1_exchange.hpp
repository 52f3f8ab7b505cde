// SPDX-License-Identifier: MIT
/// \file
/// H1Exchange: one request and its answer on an HTTP/1.1 connection. Recycled by the LoopContext;
/// in use only while a request is, so an idle connection does not pay for it.
#pragma once

#include "member_timer.hpp"

#include <pottle/async/cancel.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/start.hpp>
#include <pottle/gateway/exchange.hpp>
#include <pottle/proto/h1/reader.hpp>

#include <optional>

namespace pottle::server {

class H1Connection;

/// A resource. Between begin() and the connection's finish it belongs to one connection.
class H1Exchange final : public gateway::Exchange, private async::Completion {
public:
    explicit H1Exchange(async::Executor& executor);
    ~H1Exchange() = default;

    /// Takes over a request head. `facts` outlives the exchange's use.
    void begin(H1Connection& connection, const h1::Head& head,
               const gateway::ConnectionFacts& facts);
    /// Announces that the whole body stands at `body`, until the gateway's start() has returned.
    void set_body_in_hand(std::string_view body) noexcept;
    /// Ends the body in hand: what nobody took is copied for read().
    void keep_unread_body();
    /// Runs what is left of the exchange: `rest` when there is one, then sends response().
    void run(Task<> rest);
    /// Back to the free list's state.
    void reset() noexcept;

    // What the connection tells.
    void on_input() noexcept { input_ready_.set(); }
    void on_output_drained() noexcept { output_drained_.set(); }
    void on_peer_closed() noexcept;
    void cancel(CancelReason reason) noexcept { scope_->cancel(reason); }

    bool running() const noexcept { return running_; }
    std::uint64_t body_bytes_sent() const noexcept { return body_bytes_sent_; }
    void count_body(std::uint64_t bytes) noexcept { body_bytes_sent_ += bytes; }
    bool awaits_continue() const noexcept { return awaits_continue_; }
    SteadyTime started() const noexcept { return started_; }
    void set_started(SteadyTime time) noexcept { started_ = time; }

    // gateway::Exchange
    const gateway::RequestHead& head() const noexcept override { return head_; }
    async::CancelScope& scope() noexcept override { return *scope_; }
    std::optional<std::string_view> body_in_hand() noexcept override { return in_hand_; }
    Task<Result<Bytes>> read() override;
    Result<> set_body_limit(ByteCount limit) noexcept override;
    Task<> send_informational(int status, Headers headers) override;
    Task<> send_head(std::optional<std::uint64_t> length) override;
    Task<> send_chunk(std::string chunk) override;
    Task<> finish(Headers trailers) override;

private:
    Task<> serve(Task<> rest);
    Task<> send_response();
    Task<> send_stream(StreamBody& body);
    Task<> send_file(FileRange range);
    Task<> drained();
    Task<bool> input_arrives();
    void stop(async::Timer& timer) noexcept;
    void on_done(std::exception_ptr error) noexcept override;
    void on_handler_timeout() noexcept { cancel(CancelReason::TimedOut); }
    void on_half_close_grace() noexcept { cancel(CancelReason::Disconnected); }

    async::Executor& executor_;
    H1Connection* connection_ = nullptr;
    gateway::RequestHead head_;
    std::optional<async::CancelScope> scope_;
    std::optional<std::string_view> in_hand_;
    Bytes kept_body_;  // a body in hand that outlived start()
    async::Event input_ready_;
    async::Event output_drained_;
    MemberTimer<H1Exchange> handler_timer_;
    MemberTimer<H1Exchange> half_close_timer_;
    std::uint64_t body_bytes_sent_ = 0;
    SteadyTime started_{};
    unsigned reads_ = 0;
    std::optional<Error> body_error_;
    bool awaits_continue_ = false;
    bool body_over_ = false;
    bool running_ = false;
};

}  // namespace pottle::server
