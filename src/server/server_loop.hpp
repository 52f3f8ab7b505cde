// SPDX-License-Identifier: MIT
/// \file
/// ServerLoop: the serving part of one event loop: its acceptors and its connections, from opening
/// to drained. The Control (control.hpp) tells it what to do by posting jobs.
///
///   open()   the gateway's loop hook, then accepting
///   drain()  no more accepting; connections end as they become idle; reports when none is left
///   abort()  cancels what still runs
#pragma once

#include "loop_context.hpp"
#include "member_job.hpp"
#include "member_timer.hpp"
#include "quic_front.hpp"

#include <pottle/gateway/gateway.hpp>
#include <pottle/net/acceptor.hpp>
#include <pottle/net/listener.hpp>
#include <pottle/net/loop.hpp>
#include <pottle/net/tls_context.hpp>
#include <pottle/server/options.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace pottle::server {

/// What all loops of the process serve with. Outlives them.
struct SharedState {
    gateway::Gateway& gateway;
    const Options& options;
    ServerStats& stats;
    ProcessCounts counts;
    std::unique_ptr<AccessLog> access_log;
    std::unique_ptr<net::TlsContext> tls;
    std::unique_ptr<QuicFront> quic;  // null: no QUIC binds
};

/// A listening socket as one loop accepts from it.
struct Bind {
    net::Listener listener;  // a copy; the last copy of the process closes the socket
    bool tls = false;
};

/// Told when a loop is done. Called on the loop's thread.
class LoopObserver {
public:
    virtual void on_loop_drained() noexcept = 0;
    virtual void on_loop_failed(std::string message) noexcept = 0;

protected:
    ~LoopObserver() = default;
};

/// A resource. Made and destroyed on the control thread while the loop does not run; everything
/// else on the loop's.
class ServerLoop final : public net::ConnectionSink {
public:
    ServerLoop(net::Loop& loop, std::size_t index, SharedState& shared, std::vector<Bind> binds,
               LoopObserver& observer);
    ~ServerLoop();

    // Thread: any; each is posted to the loop. Once each.
    void post_open() noexcept { loop_.post(open_); }
    void post_drain() noexcept { loop_.post(drain_); }
    void post_abort() noexcept { loop_.post(abort_); }

    void on_connection(std::unique_ptr<async::Stream> stream) noexcept override;

private:
    void open() noexcept;
    void drain() noexcept;
    void abort() noexcept;
    void check_drained() noexcept;
    void refuse(std::unique_ptr<async::Stream> stream) noexcept;

    net::Loop& loop_;
    const std::size_t index_;
    SharedState& shared_;
    std::vector<Bind> binds_;
    LoopObserver& observer_;
    std::optional<LoopContext> context_;
    std::vector<std::unique_ptr<net::Acceptor>> acceptors_;
    std::unique_ptr<QuicLoop> quic_;
    MemberJob<ServerLoop> open_, drain_, abort_;
    MemberTimer<ServerLoop> drained_timer_;
    bool loop_started_ = false;
};

}  // namespace pottle::server
