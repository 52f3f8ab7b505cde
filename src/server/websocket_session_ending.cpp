// SPDX-License-Identifier: MIT
/// \file
/// How a websocket ends, from either side, and the timers that watch over it.
#include "websocket_session.hpp"

#include <pottle/async/shield.hpp>
#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/proto/ws/writer.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

void WebsocketSession::guard(void (WebsocketSession::*work)()) noexcept {
    try {
        (this->*work)();
    } catch (const std::exception& defect) {
        log::error(fmt::format("websocket closed by a defect of the server: {}", defect.what()));
        lose();
    }
}

// ---- the application's part is over

Task<> WebsocketSession::serve(Task<> application) {
    std::exception_ptr error;
    try {
        if (application) co_await std::move(application);
    } catch (...) {
        error = std::current_exception();
    }
    if (!accepted_) {
        if (error) std::rethrow_exception(error);
        co_return;
    }
    application_over(code_for(error));
    co_await shield(close_down());
}

std::uint16_t WebsocketSession::code_for(const std::exception_ptr& error) const {
    if (!error) return ws::close_code::kNormal;
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        return handshake().scope().reason() == CancelReason::Shutdown ? options().shutdown_code
                                                                      : ws::close_code::kNormal;
    } catch (const WebsocketClosed&) {
        return ws::close_code::kNormal;
    } catch (const std::exception& failure) {
        log::error(fmt::format("websocket {}: {}", handshake().head().target(), failure.what()));
    } catch (...) {
        log::error(
            fmt::format("websocket {}: an exception of unknown type", handshake().head().target()));
    }
    return ws::close_code::kInternalError;
}

void WebsocketSession::application_over(std::uint16_t code) {
    application_over_ = true;
    in_hand_ = false;
    queue_.clear();
    stop(grace_timer_);
    if (end_)
        settle();
    else
        send_close(code, {});
    if (handshake().scope().reason() == CancelReason::Shutdown) {
        write_output();  // the process does not wait for a slow peer any more
        return lose();
    }
    if (paused_) pump();  // the client's close frame may stand behind what nobody received
}

Task<> WebsocketSession::close_down() {
    while (!over() || flush_scheduled_ || pump_scheduled_) {
        over_.clear();
        co_await over_.wait();
    }
    duplex_.observe(nullptr);
    context_.stats().websockets_open.subtract(1);
}

bool WebsocketSession::over() const noexcept {
    if (lost_) return true;
    const bool handshake_done = close_sent_ && (close_received_ || failed_);
    return output_.empty() && (handshake_done || peer_ended_);
}

void WebsocketSession::check_over() noexcept {
    if (application_over_ && over()) over_.set();
}

// ---- who ends it

void WebsocketSession::close(std::uint16_t code, std::string_view reason) {
    POTTLE_REQUIRE(gateway::may_send_close_code(code),
                   "close() takes a code that may be sent: 1000 to 1003, 1007 to 1014 or 3000 to "
                   "4999");
    POTTLE_REQUIRE(reason.size() <= ws::kMaxCloseReason && utf8::is_valid(reason),
                   "the reason of close() is at most 123 octets of UTF-8");
    if (!accepted_) {
        refused_ = true;
        handshake().response().reset();
        handshake().response().status = 403;
        return;
    }
    if (closed()) return;
    own_close_ = std::make_unique<End>(code, std::string(reason));
    send_close(code, reason);
    wake_all();
}

void WebsocketSession::drain() noexcept {
    if (!accepted_ || close_sent_ || end_) return;
    try {
        end_ourselves(options().shutdown_code, "the server stops", CancelReason::Shutdown);
    } catch (const std::exception&) {
        lose();
    }
}

/// The server, not the application, decides that this is the end.
void WebsocketSession::end_ourselves(std::uint16_t code, std::string_view reason,
                                     CancelReason why) {
    end_ = std::make_unique<End>(code, std::string(reason));
    send_close(code, reason);
    start_grace(why);
    wake_all();
}

void WebsocketSession::peer_closed(std::uint16_t code, std::string_view reason) {
    close_received_ = true;
    end(code, reason);
}

void WebsocketSession::on_peer_closed() noexcept {
    // While the queue is full nothing is read; who never receives would never notice.
    if (paused_)
        start_grace(CancelReason::Disconnected);
    else
        guard(&WebsocketSession::pump);
}

/// The client, or its connection, is at the end.
void WebsocketSession::end(std::uint16_t code, std::string_view reason) {
    if (!end_) {
        end_ = std::make_unique<End>(code, std::string(reason));
        // Who closed the websocket itself may take its time.
        if (!own_close_) start_grace(CancelReason::Disconnected);
    }
    stop(alive_timer_);
    if (!settling()) settle();
    wake_all();
    check_over();
}

void WebsocketSession::lose() noexcept {
    lost_ = true;
    stop(send_timer_);
    stop(close_timer_);
    end(ws::close_code::kAbnormal, {});
}

/// What came before the end has been dealt with: answers it (RFC 6455 5.5.1).
void WebsocketSession::settle() {
    if (peer_ended_) return;
    // A reason is for the one who made a mistake; a client's own code goes back as it came.
    send_close(end_->code, failed_ ? std::string_view(end_->reason) : std::string_view());
}

void WebsocketSession::send_close(std::uint16_t code, std::string_view reason) {
    if (close_sent_ || lost_) return;
    close_sent_ = true;
    ws::append_close(output_.tail(), code, reason);
    output_.appended();
    stop(alive_timer_);
    start(close_timer_, options().close);
    schedule_flush();
}

void WebsocketSession::wake_all() noexcept {
    arrival().set();
    tell_drained();
}

void WebsocketSession::start_grace(CancelReason reason) noexcept {
    if (application_over_) return;
    grace_reason_ = reason;
    if (options().disconnect_grace.count() == 0) return on_grace_over();
    start(grace_timer_, options().disconnect_grace);
}

// ---- timers

void WebsocketSession::start(async::Timer& timer, Milliseconds delay) noexcept {
    if (delay.count() > 0)
        context_.executor().start_timer(timer, context_.executor().now() + delay);
}

void WebsocketSession::stop(async::Timer& timer) noexcept {
    if (timer.active()) context_.executor().stop_timer(timer);
}

/// Starts the timer for what is due next: a ping, the end of waiting for its answer, the idle
/// limit.
void WebsocketSession::watch_client() noexcept {
    SteadyTime due = SteadyTime::max();
    const Milliseconds quiet = awaits_pong_ ? options().pong_timeout : options().ping_interval;
    if (options().ping_interval.count() > 0) due = last_seen_ + quiet;
    if (options().idle.count() > 0) due = std::min(due, last_message_ + options().idle);
    if (due < SteadyTime::max()) context_.executor().start_timer(alive_timer_, due);
}

void WebsocketSession::check_client() {
    if (end_ || close_sent_) return;
    const SteadyTime now = context_.executor().now();
    if (options().idle.count() > 0 && now >= last_message_ + options().idle)
        return end_ourselves(ws::close_code::kGoingAway, "idle", CancelReason::Disconnected);
    // Who is not read cannot show that it is alive.
    if (paused_) {
        awaits_pong_ = false;
        last_seen_ = now;
    }
    const bool quiet =
        now >= last_seen_ + (awaits_pong_ ? options().pong_timeout : options().ping_interval);
    if (quiet && awaits_pong_) return lose();
    if (quiet && options().ping_interval.count() > 0) {
        ws::append_frame(output_.tail(), ws::Opcode::Ping, {});
        output_.appended();
        schedule_flush();
        awaits_pong_ = options().pong_timeout.count() > 0;
        last_seen_ = now;  // from here on an answer is waited for
    }
    watch_client();
}

}  // namespace pottle::server
