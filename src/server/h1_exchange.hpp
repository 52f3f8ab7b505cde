// SPDX-License-Identifier: MIT
/// \file
/// H1Exchange: one request and its answer on an HTTP/1.1 connection. Recycled by the LoopContext;
/// in use only while a request is, so an idle connection does not pay for it.
#pragma once

#include "server_exchange.hpp"

#include <pottle/proto/h1/reader.hpp>

namespace pottle::server {

class H1Connection;

/// A resource. Between begin() and the connection's finish it belongs to one connection.
class H1Exchange final : public ServerExchange {
public:
    explicit H1Exchange(LoopContext& context);

    /// Takes over a request head. `facts` outlives the exchange's use.
    void begin(H1Connection& connection, const h1::Head& head,
               const gateway::ConnectionFacts& facts);
    void set_body_in_hand(std::string_view body) noexcept {
        ServerExchange::set_body_in_hand(body);
        awaits_continue_ = false;
    }
    using ServerExchange::read;
    /// Back to the free list's state.
    void reset() noexcept;

    void on_peer_closed() noexcept;
    /// A websocket sees the peer's end itself.
    void stop_half_close_timer() noexcept { stop(half_close_timer_); }
    bool awaits_continue() const noexcept { return awaits_continue_; }

private:
    // ServerExchange
    void write_whole(Response& response) override;
    Result<> write_head(std::optional<std::uint64_t> length) override;
    Result<> write_chunk(std::string&& chunk) override;
    void begin_file(std::uint64_t length) override;
    async::IoResult send_file_piece(int descriptor, std::uint64_t offset,
                                    std::size_t count) override;
    Result<> write_end(const Headers& trailers) override;
    void write_informational(int status, const Headers& headers) override;
    void flush() override;
    bool head_sent() const noexcept override;
    bool suppresses_content() const noexcept override;
    bool congested() const noexcept override;
    bool broken() const noexcept override;
    BodyEvent next_body_event() override;
    void before_waiting_for_body() override;
    async::IoResult::Kind fill_body() override;
    void keep_input() override;
    Result<> limit_body(ByteCount limit) noexcept override;
    void close_after_response() noexcept override;
    void task_started() noexcept override;
    void abandon() noexcept override;
    void over() noexcept override;

    void start_half_close_timer() noexcept;
    void on_half_close_grace() noexcept;

    H1Connection* connection_ = nullptr;
    MemberTimer<H1Exchange> half_close_timer_;
    bool awaits_continue_ = false;
};

}  // namespace pottle::server
