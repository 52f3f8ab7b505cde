// SPDX-License-Identifier: MIT
#include "server_loop.hpp"

#include "h1_connection.hpp"
#include "h2_connection.hpp"

#include <utility>

namespace pottle::server {

namespace {

constexpr Milliseconds kDrainPoll{10};

/// The connection owns itself. Clear-text HTTP/2 is found out by its preface: H1Connection hands it
/// over.
Connection& make_connection(LoopContext& context, std::unique_ptr<async::Stream> stream) {
    const async::TlsFacts* tls = stream->tls();
    if (tls && tls->alpn == "h2") return *new H2Connection(context, std::move(stream));
    return *new H1Connection(context, std::move(stream));
}

}  // namespace

ServerLoop::ServerLoop(net::Loop& loop, std::size_t index, SharedState& shared,
                       std::vector<Bind> binds, LoopObserver& observer)
    : loop_(loop),
      index_(index),
      shared_(shared),
      binds_(std::move(binds)),
      observer_(observer),
      open_(*this, &ServerLoop::open),
      drain_(*this, &ServerLoop::drain),
      abort_(*this, &ServerLoop::abort),
      drained_timer_(*this, &ServerLoop::check_drained) {}

ServerLoop::~ServerLoop() {
    if (drained_timer_.active()) loop_.stop_timer(drained_timer_);
}

void ServerLoop::open() noexcept {
    try {
        shared_.gateway.loop_started(loop_);
        loop_started_ = true;
        context_.emplace(loop_, shared_.gateway, shared_.options, shared_.counts,
                         shared_.stats.slot(index_), shared_.access_log.get());
        for (Bind& bind : binds_) {
            acceptors_.push_back(std::make_unique<net::Acceptor>(
                loop_, bind.listener, *this, bind.tls ? shared_.tls.get() : nullptr,
                net::AcceptorOptions{.handshake_timeout = shared_.options.timeouts.tls_handshake}));
        }
        binds_.clear();
        if (shared_.quic) quic_ = shared_.quic->open(loop_, index_, *context_);
    } catch (const std::exception& error) {
        observer_.on_loop_failed(error.what());
    }
}

void ServerLoop::drain() noexcept {
    if (loop_started_) shared_.gateway.loop_draining(loop_);
    acceptors_.clear();
    binds_.clear();
    if (quic_) quic_->drain();
    if (context_) {
        context_->set_draining();
        context_->drain_connections();
    }
    check_drained();
}

void ServerLoop::abort() noexcept {
    if (context_) context_->abort_connections(CancelReason::Shutdown);
}

void ServerLoop::check_drained() noexcept {
    if (context_ && context_->has_connections())
        return loop_.start_timer(drained_timer_, loop_.now() + kDrainPoll);
    quic_.reset();
    context_.reset();
    if (std::exchange(loop_started_, false)) shared_.gateway.loop_stopped(loop_);
    observer_.on_loop_drained();
}

void ServerLoop::on_connection(std::unique_ptr<async::Stream> stream) noexcept {
    if (context_->connection_limit_reached()) return refuse(std::move(stream));
    make_connection(*context_, std::move(stream)).start();
}

void ServerLoop::refuse(std::unique_ptr<async::Stream> stream) noexcept {
    shared_.stats.slot(index_).refused_overload.add(1);
    static constexpr std::string_view kAnswer =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: "
        "close\r\n\r\n";
    (void)stream->write({&kAnswer, 1});  // as much as fits: the connection ends either way
    stream->shutdown_write();
}

}  // namespace pottle::server
