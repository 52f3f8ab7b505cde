// SPDX-License-Identifier: MIT
/// \file
/// H2Connection: one HTTP/2 connection: joins a stream, the proto/h2 session and the gateway.
///
///   phase    meaning                                        leaves it when
///   Open     requests are served                            an error, the peer's end, drained
///   Ending   no more input; handlers end, output is sent    both are done
///   Closed   buried; destroyed before the loop waits again
///
/// Invariants:
/// 1. Inside run() frames go to the loop's batch, outside to `pending_`; both are written by one
///    call when run() or the deferred flush ends, so that many streams are answered in one write.
/// 2. Whenever control returns to the loop, the batch is empty and the input no longer lies in the
///    shared buffer.
/// 3. While the peer does not take the output, no further input is looked at.
/// 4. The connection outlives its exchanges: it is buried when the last of them is over.
#pragma once

#include "connection.hpp"
#include "h2_stream.hpp"
#include "input.hpp"
#include "loop_context.hpp"
#include "member_job.hpp"
#include "member_timer.hpp"
#include "output.hpp"

#include <pottle/async/stream.hpp>
#include <pottle/proto/h2/session.hpp>

#include <memory>
#include <string>

namespace pottle::server {

/// A resource, owned by its LoopContext.
class H2Connection final : public Connection, public async::StreamObserver {
public:
    H2Connection(LoopContext& context, std::unique_ptr<async::Stream> stream);
    ~H2Connection() override;

    /// Bytes that were read from the stream already. Before start().
    void give_input(std::string_view bytes) { input_.put(bytes); }
    /// A request of HTTP/1.1 that asked for the upgrade to h2c (RFC 7540 3.2) becomes stream 1.
    /// Before start(). Answers 101 first.
    void adopt_upgrade(std::string_view settings, const http::RequestParts& request);

    // Connection
    void start() noexcept override;
    /// Two steps of GOAWAY (RFC 9113 6.8), then the end of its last request.
    void drain() noexcept override;
    void abort(CancelReason reason) noexcept override;

    // async::StreamObserver
    void on_readable() noexcept override;
    void on_writable() noexcept override;
    void on_peer_closed() noexcept override;

    // ---- for its streams
    h2::Session& session() noexcept { return session_; }
    /// Where frames are appended.
    std::string& out() noexcept { return in_run_ ? context_.batch() : pending_; }
    /// The transport takes more: content need not be queued.
    bool may_write() noexcept { return output_.empty() && out().size() < kBatchLimit; }
    /// Something was appended: it is written before the loop waits.
    void wrote() noexcept;
    void consumed(h2::Stream& stream, std::size_t count);
    bool push(H2Stream& parent, std::string_view path, const Headers& headers);
    bool broken() const noexcept { return broken_; }
    http::Fields preset_fields() { return context_.preset_fields(); }
    ByteCount high_water() const noexcept { return context_.options().send_high_water; }
    /// More waits to be sent than connection_high_water; streams are told when it is less.
    bool holds_too_much() noexcept {
        if (session_.queued() <= context_.options().connection_high_water) return false;
        return told_to_wait_ = true;
    }
    /// A tunnel's queue has room again.
    void tunnel_drained() noexcept { tunnels_drained_ = true; }
    void exchange_over(H2Stream& exchange) noexcept;

private:
    /// Octets collected before they are written although more could be.
    static constexpr std::size_t kBatchLimit = 64 * 1024;

    enum class Phase : std::uint8_t { Open, Ending, Closed };
    /// What the timer stands for.
    enum class Waiting : std::uint8_t { Nothing, Settings, Request, Head, Send, Turn };

    // h2_serving.cpp
    void run() noexcept;
    /// The executor's time, as the session wants it.
    h2::Moment moment() const noexcept;
    bool read_events();
    void serve(const h2::Event& event, const http::RequestParts& parts);
    void refuse(const h2::Event& event);
    void on_data(const h2::Event& event);
    bool refill();

    // h2_connection.cpp
    /// Nothing is handled or waits to be sent. Requests that are thrown away may still come.
    bool idle() const noexcept { return live_ == 0 && session_.queued() == 0; }
    void flush() noexcept;
    void on_flush_due() noexcept;
    void send();
    void tell_waiting() noexcept;
    void tell_tunnels() noexcept;
    void settle() noexcept;
    void open();
    void begin_draining();
    void begin_ending() noexcept;
    void cancel_all(CancelReason reason) noexcept;
    void close() noexcept;
    void await(Waiting what, Milliseconds limit) noexcept;
    void leave_turn() noexcept;
    void await_what_is_due() noexcept;
    void on_timer() noexcept;
    void on_end_timer() noexcept;
    void on_sweep() noexcept;

    LoopContext& context_;
    std::unique_ptr<async::Stream> stream_;
    gateway::ConnectionFacts facts_;
    h2::Session session_;
    Input input_;
    Output output_;
    std::string pending_;
    MemberJob<H2Connection> flush_job_;
    MemberTimer<H2Connection> timer_;
    MemberTimer<H2Connection> end_timer_;  // the second GOAWAY, or the grace of a half-closed peer
    MemberTimer<H2Connection> sweep_timer_;  // streams whose peer gives no window
    SteadyTime deadline_{};
    std::uint64_t consumed_ = 0;        // octets of input
    std::uint64_t awaited_behind_ = 0;  // of them, when the wait for a frame began
    std::uint64_t requests_ = 0;
    std::size_t live_ = 0;  // exchanges
    Phase phase_ = Phase::Open;
    Waiting waiting_ = Waiting::Nothing;
    bool in_run_ = false;
    bool flush_due_ = false;  // flush_job_ is scheduled
    bool broken_ = false;     // the stream failed; nothing can be sent
    bool aborted_ = false;    // the process ends: nobody waits for the peer any more
    bool input_ended_ = false;
    bool draining_ = false;
    bool opened_ = false;
    bool tunnels_drained_ = false;
    bool told_to_wait_ = false;  // a response waits for what others have queued
};

}  // namespace pottle::server
