// SPDX-License-Identifier: MIT
/// \file
/// The life of an H2Connection: output, timers, ending. Requests are in h2_serving.cpp.
#include "h2_connection.hpp"

#include <pottle/base/log.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Batches of one connection before others of the loop have a turn.
constexpr int kBatchesPerTurn = 16;
/// Between the two GOAWAY: more than a round trip, so that requests on their way are served.
constexpr Milliseconds kEndGrace{250};
/// A stream must send that much in half of the send timeout, twice missed: a client that opens its
/// window octet by octet makes no progress.
constexpr std::uint32_t kLeastProgress = 1024;
constexpr std::size_t kKeptPending = 512;
}  // namespace

H2Connection::H2Connection(LoopContext& context, std::unique_ptr<async::Stream> stream)
    : Connection(context),
      context_(context),
      stream_(std::move(stream)),
      facts_{stream_.get(), stream_->tls() ? "https" : "http", {}},
      session_(context.options().h2, context.h2_scratch(), moment()),
      flush_job_(*this, &H2Connection::on_flush_due),
      timer_(*this, &H2Connection::on_timer),
      end_timer_(*this, &H2Connection::on_end_timer),
      sweep_timer_(*this, &H2Connection::on_sweep) {}

H2Connection::~H2Connection() {
    for (async::Timer* timer :
         std::initializer_list<async::Timer*>{&timer_, &end_timer_, &sweep_timer_})
        if (timer->active()) context_.executor().stop_timer(*timer);
}

/// Writes the server's preface.
void H2Connection::open() {
    if (!std::exchange(opened_, true)) session_.start(pending_);
}

void H2Connection::start() noexcept {
    open();
    await(Waiting::Settings, context_.options().timeouts.header);
    stream_->observe(this);
    if (context_.draining()) begin_draining();
    run();
}

// ---- events of the transport

void H2Connection::on_readable() noexcept {
    if (phase_ == Phase::Open) run();
}

void H2Connection::on_writable() noexcept {
    if (phase_ == Phase::Closed) return;
    flush();
    if (phase_ == Phase::Open) run();  // input may have been held back
}

void H2Connection::on_peer_closed() noexcept {
    if (phase_ == Phase::Open) run();
}

// ---- output

void H2Connection::wrote() noexcept {
    if (in_run_ || flush_due_ || phase_ == Phase::Closed) return;
    flush_due_ = true;
    context_.executor().defer(flush_job_);
}

void H2Connection::on_flush_due() noexcept {
    flush_due_ = false;
    flush();
}

/// Writes what streams appended outside of run().
void H2Connection::flush() noexcept {
    try {
        send();
    } catch (const std::exception& error) {
        log::error(fmt::format("connection closed by a defect of the server: {}", error.what()));
        broken_ = true;
    }
    settle();
}

/// Writes what is there, and queued content as far as the peer takes it.
void H2Connection::send() {
    std::string& batch = context_.batch();
    if (!in_run_ && !pending_.empty()) {
        batch.append(pending_);
        if (pending_.capacity() > kKeptPending)
            pending_ = std::string();
        else
            pending_.clear();
    }
    for (int turn = 0; !broken_; ++turn) {
        if (output_.empty() && turn < kBatchesPerTurn) session_.flush(batch, kBatchLimit);
        if (batch.empty() && output_.empty()) break;
        std::uint64_t sent = 0;
        const Output::State state = output_.write(*stream_, batch, sent);
        context_.stats().bytes_sent.add(sent);
        if (state == Output::State::Failed) broken_ = true;
        if (state == Output::State::Blocked) {
            if (sent > 0 || waiting_ != Waiting::Send)
                await(Waiting::Send, context_.options().timeouts.send);
            break;
        }
        if (waiting_ == Waiting::Send) waiting_ = Waiting::Nothing;
        if (!session_.can_flush()) break;
        if (turn + 1 >= kBatchesPerTurn) {
            leave_turn();
            break;
        }
    }
    if (broken_) batch.clear();
    if (session_.queued() > 0 && !sweep_timer_.active() &&
        context_.options().timeouts.send.count() > 0)
        context_.executor().start_timer(
            sweep_timer_, context_.executor().now() + context_.options().timeouts.send / 2);
}

// ---- timers

void H2Connection::await(Waiting what, Milliseconds limit) noexcept {
    waiting_ = limit.count() == 0 ? Waiting::Nothing : what;
    if (waiting_ == Waiting::Nothing) return;
    deadline_ = context_.executor().now() + limit;
    // Lazy: a timer that fires too early starts itself again.
    if (!timer_.active() || timer_.deadline() > deadline_)
        context_.executor().start_timer(timer_, deadline_);
}

/// A client that sends or takes faster than it is served would never let go of the loop.
void H2Connection::leave_turn() noexcept {
    waiting_ = Waiting::Turn;
    deadline_ = context_.executor().now();
    context_.executor().start_timer(timer_, deadline_);
}

void H2Connection::await_what_is_due() noexcept {
    const Timeouts& timeouts = context_.options().timeouts;
    if (waiting_ == Waiting::Turn) return;
    if (waiting_ == Waiting::Send && !output_.empty()) return;
    if (!session_.settled()) {
        if (waiting_ != Waiting::Settings) await(Waiting::Settings, timeouts.header);
    } else if (session_.in_header_block() || !input_.empty()) {
        // From the first bytes of a frame or block on, not from the last.
        const bool another = !session_.in_header_block() && awaited_behind_ != consumed_;
        if (waiting_ != Waiting::Head || another) await(Waiting::Head, timeouts.header);
        awaited_behind_ = consumed_;
    } else if (!idle()) {
        waiting_ = Waiting::Nothing;
    } else {
        await(Waiting::Request, timeouts.idle);
    }
}

void H2Connection::on_timer() noexcept {
    if (waiting_ == Waiting::Nothing || phase_ == Phase::Closed) return;
    if (context_.executor().now() < deadline_)
        return context_.executor().start_timer(timer_, deadline_);
    switch (std::exchange(waiting_, Waiting::Nothing)) {
        case Waiting::Settings:
            session_.fail(h2::ErrorCode::SettingsTimeout, "SETTINGS not acknowledged in time",
                          pending_);
            break;
        case Waiting::Head:
            session_.fail(h2::ErrorCode::EnhanceYourCalm, "a frame did not arrive in time",
                          pending_);
            break;
        case Waiting::Request:
            session_.refuse_new(pending_);
            break;
        case Waiting::Turn:
            flush();
            if (phase_ == Phase::Open) run();
            return;
        case Waiting::Send:
        case Waiting::Nothing:
            broken_ = true;
            if (phase_ == Phase::Ending) return settle();
            break;
    }
    begin_ending();
}

/// RST_STREAM for streams whose content makes no progress: their clients hold it back.
void H2Connection::on_sweep() noexcept {
    if (phase_ == Phase::Closed) return;
    bool waiting = false;
    const std::vector<h2::Stream*> streams = session_.all();
    for (h2::Stream* stream : streams) {
        if (stream->queue.empty()) continue;
        const bool progress = std::exchange(stream->progress, 0) >= kLeastProgress;
        stream->stalls = progress ? 0 : static_cast<std::uint8_t>(stream->stalls + 1);
        if (stream->stalls < 2) {
            waiting = true;
            continue;
        }
        if (stream->owner != nullptr) H2Stream::of(*stream).cancel(CancelReason::Disconnected);
        session_.reset(*stream, h2::ErrorCode::Cancel, pending_);
    }
    if (waiting)
        context_.executor().start_timer(
            sweep_timer_, context_.executor().now() + context_.options().timeouts.send / 2);
    wrote();
}

// ---- ending

void H2Connection::drain() noexcept {
    if (phase_ != Phase::Open) return;
    begin_draining();
    wrote();
}

void H2Connection::begin_draining() {
    if (std::exchange(draining_, true)) return;
    session_.announce_end(out());
    const std::vector<h2::Stream*> streams = session_.all();
    for (h2::Stream* stream : streams)
        if (stream->owner != nullptr) H2Stream::of(*stream).drain();
    context_.executor().start_timer(end_timer_, context_.executor().now() + kEndGrace);
}

void H2Connection::on_end_timer() noexcept {
    if (phase_ == Phase::Closed) return;
    if (input_ended_) {
        // TCP cannot tell a client that only finished sending from one that is gone.
        broken_ = true;
        return begin_ending();
    }
    session_.refuse_new(pending_);
    flush();
}

void H2Connection::abort(CancelReason reason) noexcept {
    if (phase_ == Phase::Closed) return;
    session_.refuse_new(out());
    phase_ = Phase::Ending;
    cancel_all(reason);
    if (reason == CancelReason::Shutdown)
        aborted_ = true;
    else
        broken_ = true;
    wrote();
    settle();
}

void H2Connection::cancel_all(CancelReason reason) noexcept {
    for (h2::Stream* stream : session_.all())
        if (stream->owner != nullptr) {
            if (reason == CancelReason::Disconnected) H2Stream::of(*stream).tunnel().on_gone();
            H2Stream::of(*stream).cancel(reason);
        }
}

/// No more input. What runs is told that the client is gone.
void H2Connection::begin_ending() noexcept {
    if (phase_ != Phase::Open) return;
    phase_ = Phase::Ending;
    waiting_ = Waiting::Nothing;
    cancel_all(CancelReason::Disconnected);
    flush();
}

/// Lets responses go on that waited for what the connection had queued.
void H2Connection::tell_waiting() noexcept {
    if (session_.queued() > context_.options().connection_high_water / 2) return;
    if (!std::exchange(told_to_wait_, false)) return;
    for (h2::Stream* stream : session_.all())
        if (stream->owner != nullptr) H2Stream::of(*stream).on_output_drained();
}

void H2Connection::tell_tunnels() noexcept {
    if (!std::exchange(tunnels_drained_, false)) return;
    const std::vector<h2::Stream*> streams = session_.all();
    for (h2::Stream* stream : streams)
        if (stream->owner != nullptr && H2Stream::of(*stream).tunnel().waits())
            H2Stream::of(*stream).tunnel().on_writable();
}

/// Closes the connection when nothing is left to be done.
void H2Connection::settle() noexcept {
    tell_waiting();
    tell_tunnels();
    if (phase_ == Phase::Closed || in_run_ || flush_due_) return;
    if (phase_ == Phase::Open) {
        if (broken_ || session_.failed()) return begin_ending();
        // Drained: the last request that was let in is answered.
        if ((session_.refuses_new() || input_ended_) && idle()) return begin_ending();
        return await_what_is_due();
    }
    if (live_ > 0) return;
    // Aborted: the process does not wait for a slow peer any more.
    if (aborted_ && !output_.empty()) broken_ = true;
    if (broken_ || (output_.empty() && pending_.empty())) close();
}

void H2Connection::close() noexcept {
    phase_ = Phase::Closed;
    waiting_ = Waiting::Nothing;
    for (async::Timer* timer :
         std::initializer_list<async::Timer*>{&timer_, &end_timer_, &sweep_timer_})
        if (timer->active()) context_.executor().stop_timer(*timer);
    input_.clear();
    stream_->observe(nullptr);
    // GOAWAY must arrive, and unread input would make the socket send a reset (RFC 9112 9.6).
    if (!broken_ && (!input_ended_ || stream_->has_unsent()))
        context_.lingering().close(std::move(stream_));
    context_.bury(*this);
}

}  // namespace pottle::server
