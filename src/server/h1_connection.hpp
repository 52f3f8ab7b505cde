// SPDX-License-Identifier: MIT
/// \file
/// H1Connection: one HTTP/1.x connection: joins a stream, the proto/h1 machines and the gateway.
///
///   phase       meaning                                  leaves it when
///   Reading     no request in progress; parses input     a head is complete, an error, the end
///   Serving     an exchange runs as a task               its task is done
///   Discarding  the answer is sent, its body arrives     the body ends, or its limit or time
///   Closing     what is queued is sent, then the end     drained; with unread input it lingers
///   Closed      buried                                   destroyed before the loop waits again
///
/// Invariants:
/// 1. At most one exchange at a time; nothing of a later request is looked at before it is done
/// (RFC 9112 9.3.2).
/// 2. A finished inline answer stays in the loop's batch until no complete request is left in the
/// input: one write.
/// 3. Whenever control returns to the loop, batch is empty and the input no longer lies in the
/// shared buffer.
/// 4. While output is queued (the peer is slow) no further request is started.
///
/// Size counts: an idle connection is this object, its stream and nothing else.
#pragma once

#include "connection.hpp"
#include "duplex.hpp"
#include "input.hpp"
#include "loop_context.hpp"
#include "member_timer.hpp"
#include "output.hpp"

#include <pottle/async/stream.hpp>
#include <pottle/gateway/exchange.hpp>
#include <pottle/proto/h1/reader.hpp>
#include <pottle/proto/h1/writer.hpp>

#include <memory>

namespace pottle::server {

class H1Exchange;
class H2Connection;

/// A resource, owned by its LoopContext.
class H1Connection final : public Connection, public async::StreamObserver, public Duplex {
public:
    H1Connection(LoopContext& context, std::unique_ptr<async::Stream> stream);
    ~H1Connection() override;

    // Connection
    void start() noexcept override;
    /// At once when idle, with Connection: close when busy.
    void drain() noexcept override;
    void abort(CancelReason reason) noexcept override;

    // async::StreamObserver
    void on_readable() noexcept override;
    void on_writable() noexcept override;
    void on_peer_closed() noexcept override;

    // ---- for the exchange in progress
    const Options& options() const noexcept { return context_.options(); }
    h1::Event next_body_event() noexcept;
    async::IoResult fill_input();
    void keep_input() { input_.keep(); }
    Result<> set_body_limit(ByteCount limit) noexcept { return reader_.set_body_limit(limit); }
    void send_continue();
    void write_informational(int status, const Headers& headers);
    Result<> write_head(const Response& response, std::optional<std::uint64_t> length);
    Result<> write_chunk(std::string&& chunk);
    Result<> write_end(const Headers& trailers);
    void write_whole(Response& response);
    bool open_content(std::uint64_t length);
    async::IoResult send_file(int descriptor, std::uint64_t offset, std::size_t count) noexcept;
    /// Writes the batch (and `body`) as far as the peer takes it.
    void send_batch(std::string&& body = {});
    bool output_congested() const noexcept {
        return !broken_ && output_.size() > options().send_high_water;
    }
    bool suppresses_content() const noexcept { return writer_.suppresses_content(); }
    bool head_sent() const noexcept { return writer_.head_sent(); }
    bool broken() const noexcept { return broken_; }
    bool peer_closed() const noexcept { return stream_->peer_closed(); }
    void close_after_response() noexcept { writer_.close_after_this(); }
    /// The client is gone: nothing more is sent.
    void abandon() noexcept { broken_ = true; }

    // Duplex: behind 101 Switching Protocols the stream belongs to the exchange's websocket
    void accept(const Headers& fields) override;
    void observe(async::StreamObserver* observer) noexcept override;
    async::IoResult read(std::span<char> into) noexcept override;
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override;

    /// The exchange has been answered, counted and logged, or has failed.
    void exchange_over() noexcept;

private:
    enum class Phase : std::uint8_t { Reading, Serving, Discarding, Closing, Closed };
    /// What the timer stands for.
    enum class Waiting : std::uint8_t { Nothing, Request, Head, Body, Send, Turn };
    enum class Step : std::uint8_t { Go, NeedInput, Stop };

    /// More than the CR LF that some clients send behind a body (RFC 9112 2.2).
    bool has_input() const noexcept {
        return input_.view().find_first_not_of("\r\n") != std::string_view::npos;
    }

    void run() noexcept;
    Step step();
    Step serve(const h1::Head& head);
    std::optional<std::string_view> take_whole_body(const h1::Head& head);
    bool asks_for_websocket(const h1::Head& head) const noexcept;
    Result<> check_websocket_input() const noexcept;
    void refuse(const Error& error, Method method);
    void finish_exchange();
    void settle_unread_body() noexcept;
    void log_refusal(int status);
    bool refill();
    bool meets_h2_preface();
    bool waits_for_preface() { return requests_ == 0 && !input_.empty() && meets_h2_preface(); }
    bool wants_h2(const h1::Head& head) const noexcept;
    bool upgrade_to_h2(const h1::Head& head);
    void become_h2(std::unique_ptr<H2Connection> connection) noexcept;
    void await_input() noexcept;
    void leave_turn() noexcept;
    /// Invariant 4. A body that is thrown away is read nevertheless: its sender may read the answer
    /// only afterwards.
    bool held_back() const noexcept { return phase_ == Phase::Reading && !output_.empty(); }

    void begin_closing() noexcept;
    void close() noexcept;

    void await(Waiting what, Milliseconds limit) noexcept;
    void stop_waiting() noexcept { waiting_ = Waiting::Nothing; }
    void on_timer() noexcept;

    // What every message of a websocket passes stands together.
    LoopContext& context_;
    std::unique_ptr<async::Stream> stream_;
    H1Exchange* exchange_ = nullptr;
    Output output_;
    Phase phase_ = Phase::Reading;
    Waiting waiting_ = Waiting::Nothing;
    bool in_run_ = false;
    bool broken_ = false;       // the stream failed; nothing can be sent
    bool input_ended_ = false;  // the peer's end was read
    gateway::ConnectionFacts facts_;
    h1::Reader reader_;
    h1::Writer writer_;
    Input input_;
    MemberTimer<H1Connection> timer_;
    SteadyTime deadline_{};
    std::uint64_t requests_ = 0;
    std::uint64_t discarded_ = 0;
};

}  // namespace pottle::server
