// SPDX-License-Identifier: MIT
/// \file
/// The life of an H3Connection and its output. Requests and their ends are in h3_serving.cpp.
#include "h3_connection.hpp"

#include <pottle/base/log.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Between the two steps of GOAWAY (RFC 9114 5.2): a round trip and more, so that requests on their
/// way are served.
constexpr Milliseconds kGoawayStep{100};
constexpr Milliseconds kDrainPoll{20};
/// When the server stops, a client that acknowledges nothing for so long is gone.
constexpr Milliseconds kLastPatience{3000};
/// What a client has to take of a response within the send timeout.
constexpr std::size_t kLeastProgress = 2048;
}  // namespace

using net::QuicStreamId;

H3Connection::H3Connection(LoopContext& context, net::QuicConnection& quic)
    : Connection(context),
      context_(context),
      quic_(&quic),
      session_(context.options().h3, *this),
      facts_{this, "https", {}},
      tls_(*quic.tls()),
      server_name_(tls_.server_name),
      timer_(*this, &H3Connection::on_timer),
      idle_since_(context.executor().now()) {
    tls_.server_name = server_name_;
}

H3Connection::~H3Connection() {
    if (timer_.active()) context_.executor().stop_timer(timer_);
    if (quic_) {
        quic_->observe(nullptr);
        quic_->close(static_cast<std::uint64_t>(h3::Code::NoError), {});
    }
}

void H3Connection::start() noexcept {
    quic_->observe(this);
    const QuicStreamId control = quic_->open_uni_stream();
    const QuicStreamId decoder = quic_->open_uni_stream();
    if (control < 0 || decoder < 0)  // RFC 9114 6.2: three are the least a client must allow
        return close(h3::Code::StreamCreationError, "no room for the control streams");
    try {
        session_.open(control, decoder);
    } catch (const std::exception& error) {
        return fail_by_defect(error.what());
    }
    context_.executor().start_timer(timer_, idle_since_ + timer_period());
    if (context_.draining()) drain();
    flush();
}

std::string H3Connection::peer_address() const {
    return quic_ ? quic_->peer_address() : peer_address_;
}

std::string H3Connection::local_address() const {
    return quic_ ? quic_->local_address() : local_address_;
}

// ---- output

void H3Connection::flush() noexcept {
    tell_waiting();
    if (quic_) quic_->wake();
}

void H3Connection::return_credit(h3::StreamId stream, std::size_t count) noexcept {
    if (!quic_ || count == 0) return;
    quic_->extend_stream(stream, count);
    quic_->extend_connection(count);
}

bool H3Connection::congested(h3::StreamId stream) noexcept {
    const Options& options = context_.options();
    if (session_.queued(stream) > options.send_high_water) return true;
    if (session_.queued() <= options.connection_high_water) return false;
    return told_to_wait_ = true;
}

/// Lets responses go on that waited for what the connection had queued.
void H3Connection::tell_waiting() noexcept {
    if (session_.queued() > context_.options().connection_high_water / 2) return;
    if (!std::exchange(told_to_wait_, false)) return;
    std::vector<h3::StreamId> waiting;
    for (const auto& [id, stream] : streams_)
        if (stream.exchange && stream.exchange->started()) waiting.push_back(id);
    for (const h3::StreamId id : waiting)
        if (H3Exchange* exchange = find(id)) exchange->on_sent();
}

bool H3Connection::next_output(net::QuicOutput& output) noexcept {
    // What is sent is kept until it is acknowledged: a bound on that is one on memory.
    if (session_.unacknowledged() > context_.options().quic.max_unacknowledged) return false;
    h3::Output next;
    if (!session_.next_output(next)) return false;
    output.stream = next.stream;
    output.pieces = next.pieces;
    output.count = next.count;
    output.fin = next.fin;
    return true;
}

void H3Connection::on_written(QuicStreamId stream, std::size_t count, bool fin) noexcept {
    session_.on_written(stream, count, fin);
    context_.stats().bytes_sent.add(count);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    // A client that opens its window octet by octet makes no progress.
    found->second.taken += count;
    if (found->second.taken >= kLeastProgress || session_.queued(stream) == 0) {
        found->second.progress = context_.executor().now();
        found->second.taken = 0;
    }
    if (H3Exchange* exchange = found->second.exchange.get();
        exchange && exchange->started() && !congested(stream))
        exchange->on_sent();
    tell_waiting();
}

void H3Connection::on_stream_blocked(QuicStreamId stream) noexcept {
    session_.on_blocked(stream);
}

void H3Connection::on_stream_writable(QuicStreamId stream) noexcept {
    session_.on_writable(stream);
    flush();
}

/// What waits for a window or for the congestion control has not arrived either.
bool H3Connection::all_delivered() const noexcept {
    return session_.queued() == 0 && session_.unacknowledged() == 0;
}

void H3Connection::on_acknowledged(QuicStreamId stream, std::uint64_t count) noexcept {
    session_.on_acknowledged(stream, count);
    acknowledged_ = context_.executor().now();
}

// ---- draining and time

void H3Connection::drain() noexcept {
    if (phase_ != Phase::Open) return;
    phase_ = Phase::Draining;
    drain_since_ = context_.executor().now();
    try {
        session_.announce_shutdown();
    } catch (const std::exception& error) {
        return fail_by_defect(error.what());
    }
    for (auto& [id, stream] : streams_)
        if (stream.exchange && stream.exchange->started()) stream.exchange->drain();
    flush();
    context_.executor().start_timer(timer_, drain_since_ + kGoawayStep);
}

Milliseconds H3Connection::timer_period() const noexcept {
    const Timeouts& timeouts = context_.options().timeouts;
    Milliseconds period{60'000};
    if (timeouts.idle.count() > 0) period = std::min(period, timeouts.idle);
    if (timeouts.header.count() > 0) period = std::min(period, timeouts.header);
    if (timeouts.send.count() > 0) period = std::min(period, timeouts.send / 4);
    return std::max(period, kDrainPoll);
}

void H3Connection::on_timer() noexcept {
    if (phase_ >= Phase::Gone) return;
    const SteadyTime now = context_.executor().now();
    watch_progress();
    try {
        watch_heads();
    } catch (const std::exception& error) {
        return fail_by_defect(error.what());
    }
    if (phase_ == Phase::Draining) {
        if (!std::exchange(final_goaway_, true)) {
            try {
                session_.finish_shutdown();
            } catch (const std::exception& error) {
                return fail_by_defect(error.what());
            }
            flush();
        } else if (serving_ == 0 &&
                   (all_delivered() ||
                    now - std::max({acknowledged_, idle_since_, drain_since_}) >= kLastPatience)) {
            return close(h3::Code::NoError, {});
        }
        return context_.executor().start_timer(timer_, now + kDrainPoll);
    }
    const Milliseconds idle = context_.options().timeouts.idle;
    if (idle.count() > 0 && serving_ == 0 && now - idle_since_ >= idle) drain();
    if (phase_ == Phase::Open) context_.executor().start_timer(timer_, now + timer_period());
}

/// A peer that grants no window, or acknowledges nothing, does not hold a response for ever.
void H3Connection::watch_progress() noexcept {
    const Milliseconds limit = context_.options().timeouts.send;
    if (limit.count() == 0) return;
    const SteadyTime now = context_.executor().now();
    std::vector<h3::StreamId> stalled;
    for (auto& [id, stream] : streams_) {
        if (session_.queued(id) == 0)
            stream.progress = now;  // whatever the handler is at, it does not wait for the peer
        else if (now - stream.progress >= limit)
            stalled.push_back(id);
    }
    for (const h3::StreamId id : stalled) give_up_stream(id, h3::Code::RequestCancelled);
}

/// Answers 408 to a head that comes in drops.
void H3Connection::watch_heads() {
    const Milliseconds limit = context_.options().timeouts.header;
    std::erase_if(heads_, [&](const auto& head) { return !session_.awaits_head(head.first); });
    if (limit.count() == 0) return;
    const SteadyTime now = context_.executor().now();
    std::vector<h3::StreamId> late;
    for (const auto& [stream, since] : heads_)
        if (now - since >= limit) late.push_back(stream);
    for (const h3::StreamId stream : late)
        refuse(stream, Method::Other, 408, "the request head did not arrive in time");
    flush();
}

// ---- ending

void H3Connection::close(h3::Code code, std::string_view reason) noexcept {
    if (quic_) quic_->close(static_cast<std::uint64_t>(code), reason);
}

void H3Connection::fail(const Error& error) noexcept {
    context_.stats().bad_requests.add(1);
    close(static_cast<h3::Code>(error.wire_code), error.text);
}

void H3Connection::fail_by_defect(const char* what) noexcept {
    log::error(fmt::format("HTTP/3 connection closed by a defect of the server: {}", what));
    close(h3::Code::InternalError, {});
}

void H3Connection::on_closed(const net::QuicClose&) noexcept {
    peer_address_ = quic_->peer_address();
    local_address_ = quic_->local_address();
    quic_ = nullptr;
    phase_ = Phase::Gone;
    started_.clear();
    for (auto stream = streams_.begin(); stream != streams_.end();) {
        H3Exchange* exchange = stream->second.exchange.get();
        if (exchange && exchange->started()) {
            exchange->on_gone();
            ++stream;
        } else {
            if (exchange) --serving_;
            stream = streams_.erase(stream);
        }
    }
    check_over();
}

void H3Connection::abort(CancelReason reason) noexcept {
    for (auto& [id, stream] : streams_)
        if (stream.exchange && stream.exchange->started()) stream.exchange->cancel(reason);
    aborted_ = true;
    if (serving_ == 0) close(h3::Code::NoError, {});
}

void H3Connection::check_over() noexcept {
    if (phase_ != Phase::Gone || serving_ > 0) return;
    phase_ = Phase::Closed;
    context_.bury(*this);
}

}  // namespace pottle::server
