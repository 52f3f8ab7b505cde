// SPDX-License-Identifier: MIT
/// \file
/// H3Connection: one HTTP/3 connection: joins a QUIC connection, the proto/h3 machine and the
/// gateway. Its requests are H3Exchanges (h3_exchange.hpp), one for each stream.
///
///   phase      meaning                                       leaves it when
///   Open       requests are served                           drain, an error, the peer's end
///   Draining   GOAWAY: what runs is finished                 nothing runs and all is acknowledged
///   Gone       there is no QUIC connection any more          the last exchange is over
///   Closed     buried; destroyed before the loop waits again
///
/// Invariants:
/// 1. A request keeps its place among the client's streams until its stream is closed and its
///    exchange is over: a client that resets cannot have more handlers than streams.
/// 2. Exchanges begin after the octets that brought them were read to their end, so that a small
///    body is there when they start.
/// 3. Credit for body octets goes back when the exchange takes them, or when nobody will.
#pragma once

#include "connection.hpp"
#include "h3_exchange.hpp"
#include "loop_context.hpp"
#include "member_timer.hpp"

#include <pottle/gateway/request_head.hpp>
#include <pottle/net/quic/connection.hpp>
#include <pottle/proto/h3/session.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace pottle::server {

/// A resource, owned by its LoopContext.
class H3Connection final : public Connection,
                           private async::Transport,
                           private net::QuicApplication,
                           private h3::SessionEvents {
public:
    H3Connection(LoopContext& context, net::QuicConnection& quic);
    ~H3Connection() override;

    // Connection
    void start() noexcept override;
    void drain() noexcept override;
    void abort(CancelReason reason) noexcept override;

    // ---- for exchanges
    LoopContext& context() const noexcept { return context_; }
    h3::Session& session() noexcept { return session_; }
    /// Sends what is queued, in this turn.
    void flush() noexcept;
    /// Gives back credit for body octets.
    void return_credit(h3::StreamId stream, std::size_t count) noexcept;
    /// Too much of the stream or of the whole connection waits to be sent.
    bool congested(h3::StreamId stream) noexcept;
    /// The exchange of the stream is over; it is destroyed here.
    void exchange_over(H3Exchange& exchange) noexcept;

private:
    enum class Phase : std::uint8_t { Open, Draining, Gone, Closed };
    struct Stream {
        std::unique_ptr<H3Exchange> exchange;
        SteadyTime progress;    // the last time that the peer took enough
        std::size_t taken = 0;  // octets since then
        bool closed = false;    // QUIC is done with it
    };

    // async::Transport: what outlives the QUIC connection
    std::string peer_address() const override;
    std::string local_address() const override;
    const async::TlsFacts* tls() const noexcept override { return &tls_; }

    // net::QuicApplication
    void on_stream_data(net::QuicStreamId stream, std::string_view octets, bool fin,
                        bool early) noexcept override;
    void on_stream_reset(net::QuicStreamId stream, std::uint64_t code) noexcept override;
    void on_send_stopped(net::QuicStreamId stream) noexcept override;
    void on_stream_closed(net::QuicStreamId stream) noexcept override;
    void on_acknowledged(net::QuicStreamId stream, std::uint64_t count) noexcept override;
    void on_handshake_done() noexcept override {}
    void on_closed(const net::QuicClose& close) noexcept override;
    bool next_output(net::QuicOutput& output) noexcept override;
    void on_written(net::QuicStreamId stream, std::size_t count, bool fin) noexcept override;
    void on_stream_blocked(net::QuicStreamId stream) noexcept override;
    void on_stream_writable(net::QuicStreamId stream) noexcept override;

    // h3::SessionEvents
    void on_request(h3::StreamId stream, const http::RequestParts& parts, bool end) override;
    void on_refused(h3::StreamId stream, Method method, const Error& error) override;
    void on_body(h3::StreamId stream, std::string_view octets) override;
    void on_trailers(h3::StreamId stream, http::Fields fields) override;
    void on_end(h3::StreamId stream) override;
    void on_stream_error(h3::StreamId stream, h3::Code code) override;
    void on_credit(h3::StreamId stream, std::size_t count) override;

    H3Exchange* find(h3::StreamId stream) noexcept;
    void serve_started() noexcept;
    void refuse(h3::StreamId stream, Method method, int status, std::string_view text);
    void log_refusal(int status);
    void give_up_stream(h3::StreamId stream, h3::Code code) noexcept;
    void release(std::unordered_map<h3::StreamId, Stream>::iterator stream) noexcept;
    void on_answer_unwanted(H3Exchange& exchange) noexcept;
    bool count_reset() noexcept;
    void close(h3::Code code, std::string_view reason) noexcept;
    void fail(const Error& error) noexcept;
    void fail_by_defect(const char* what) noexcept;
    void tell_waiting() noexcept;
    void check_over() noexcept;
    void on_timer() noexcept;
    void watch_progress() noexcept;
    void note_head(h3::StreamId stream);
    bool all_delivered() const noexcept;
    void watch_heads();
    Milliseconds timer_period() const noexcept;

    LoopContext& context_;
    net::QuicConnection* quic_;
    h3::Session session_;
    gateway::ConnectionFacts facts_;
    async::TlsFacts tls_;
    std::string server_name_, peer_address_, local_address_;
    std::unordered_map<h3::StreamId, Stream> streams_;
    std::unordered_map<h3::StreamId, SteadyTime> heads_;  // unfinished ones, and since when
    std::vector<h3::StreamId> started_;                   // wait for the end of what is being read
    MemberTimer<H3Connection> timer_;
    SteadyTime idle_since_{};
    SteadyTime drain_since_{};
    SteadyTime acknowledged_{};  // the last time that the peer said that it has something
    SteadyTime resets_since_{};
    std::uint64_t requests_ = 0;
    std::uint32_t resets_ = 0;
    unsigned serving_ = 0;  // exchanges that are not over
    Phase phase_ = Phase::Open;
    bool early_ = false;  // what is being read came in 0-RTT packets
    bool final_goaway_ = false;
    bool aborted_ = false;       // the process ends: nobody waits for the peer any more
    bool told_to_wait_ = false;  // a response waits for what others have queued
};

}  // namespace pottle::server
