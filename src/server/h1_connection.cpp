// SPDX-License-Identifier: MIT
/// \file
/// The life of an H1Connection: events, timers, ending. Requests are in h1_serving.cpp, responses
/// in h1_answering.cpp.
#include "h1_connection.hpp"

#include "h1_exchange.hpp"

#include <utility>

namespace pottle::server {

H1Connection::H1Connection(LoopContext& context, std::unique_ptr<async::Stream> stream)
    : Connection(context),
      context_(context),
      stream_(std::move(stream)),
      facts_{stream_.get(), stream_->tls() ? "https" : "http", {}},
      reader_(context.options().h1),
      timer_(*this, &H1Connection::on_timer) {}

H1Connection::~H1Connection() {
    if (timer_.active()) context_.executor().stop_timer(timer_);
}

void H1Connection::start() noexcept {
    await(Waiting::Request, options().timeouts.idle);
    stream_->observe(this);
    run();
}

// ---- events

void H1Connection::on_readable() noexcept {
    switch (phase_) {
        case Phase::Serving:
            exchange_->on_input();
            break;
        case Phase::Reading:
        case Phase::Discarding:
            run();
            break;
        case Phase::Closing:
        case Phase::Closed:
            break;
    }
}

void H1Connection::on_writable() noexcept {
    if (phase_ == Phase::Closed) return;
    send_batch();
    if (phase_ == Phase::Serving) {
        if (!output_congested()) exchange_->on_output_drained();
        return;
    }
    if (broken_) return close();
    if (!output_.empty()) return;
    if (phase_ == Phase::Closing) return begin_closing();
    if (phase_ == Phase::Reading || phase_ == Phase::Discarding) run();
}

void H1Connection::on_peer_closed() noexcept {
    switch (phase_) {
        case Phase::Serving:
            exchange_->on_peer_closed();
            break;
        case Phase::Reading:
        case Phase::Discarding:
            run();
            break;  // unread input may still hold requests
        case Phase::Closing:
        case Phase::Closed:
            break;
    }
}

void H1Connection::await(Waiting what, Milliseconds limit) noexcept {
    if (limit.count() == 0) return stop_waiting();
    waiting_ = what;
    deadline_ = context_.executor().now() + limit;
    // Lazy: a timer that fires too early starts itself again, so that a busy connection hardly
    // touches the wheel.
    if (!timer_.active() || timer_.deadline() > deadline_)
        context_.executor().start_timer(timer_, deadline_);
}

void H1Connection::on_timer() noexcept {
    if (waiting_ == Waiting::Nothing || phase_ == Phase::Closed) return;
    if (context_.executor().now() < deadline_)
        return context_.executor().start_timer(timer_, deadline_);
    switch (std::exchange(waiting_, Waiting::Nothing)) {
        case Waiting::Head:
            refuse(Error::peer(Errc::TimedOut, 408, "the request head did not arrive in time"),
                   Method::Other);
            break;
        case Waiting::Send:
            broken_ = true;
            if (phase_ == Phase::Serving) {
                exchange_->cancel(CancelReason::Disconnected);
                break;
            }
            [[fallthrough]];
        case Waiting::Request:
        case Waiting::Body:
            close();
            break;
        case Waiting::Turn:
            run();
            break;
        case Waiting::Nothing:
            break;
    }
}

void H1Connection::drain() noexcept {
    switch (phase_) {
        case Phase::Serving:
            writer_.close_after_this();
            exchange_->drain();
            break;
        case Phase::Reading:
            // A request that is half here, or answers that still wait for the peer, are in
            // progress, not idle.
            if (reader_.idle() && !has_input() && output_.empty()) begin_closing();
            break;
        default:
            break;
    }
}

void H1Connection::abort(CancelReason reason) noexcept {
    if (phase_ == Phase::Serving)
        exchange_->cancel(reason);
    else if (phase_ != Phase::Closed)
        close();
}

// ---- ending

void H1Connection::begin_closing() noexcept {
    if (phase_ == Phase::Closed) return;
    phase_ = Phase::Closing;
    if (broken_) return close();
    if (!output_.empty()) return;  // on_writable() comes back; the send timeout watches
    // A socket that is closed with unread input sends a reset, which may destroy the answer on its
    // way (RFC 9112 9.6).
    // A TLS stream may hold records that its socket has not taken yet.
    const bool clean = !stream_->tls() && (input_ended_ || (reader_.idle() && input_.empty()));
    if (!clean) context_.lingering().close(std::move(stream_));
    close();
}

void H1Connection::close() noexcept {
    if (phase_ == Phase::Closed) return;
    phase_ = Phase::Closed;
    stop_waiting();
    if (timer_.active()) context_.executor().stop_timer(timer_);
    input_.clear();
    if (stream_) stream_->observe(nullptr);
    context_.bury(*this);
}

}  // namespace pottle::server
