// SPDX-License-Identifier: MIT
/// \file
/// Acceptor: takes connections from a Listener on one loop, performs the TLS handshake where one is
/// wanted, and hands finished streams to a ConnectionSink.
///
/// States: accepting -> (out of descriptors) paused -> accepting; any -> stopped.
#pragma once

#include <pottle/async/stream.hpp>
#include <pottle/net/listener.hpp>
#include <pottle/net/loop.hpp>

#include <cstddef>
#include <memory>

namespace pottle::net {

class PeerName;
class TlsContext;
class TlsStream;

/// Receives connections.
class ConnectionSink {
public:
    /// A connection is ready: for TLS, after the handshake. On the acceptor's loop.
    virtual void on_connection(std::unique_ptr<async::Stream> stream) noexcept = 0;

protected:
    ~ConnectionSink() = default;
};

struct AcceptorOptions {
    /// Time for a TLS handshake, from accept to finished; 0 switches it off. h2o's default.
    Milliseconds handshake_timeout{10'000};
    /// TLS handshakes under way on this loop. Beyond it the oldest is dropped: an honest client's
    /// lasts milliseconds, so the oldest is the likeliest to be idle on purpose.
    std::size_t max_pending_handshakes = 1024;
    /// Connections accepted per wake-up, so that a burst neither starves the connections that are
    /// there nor falls to one loop alone.
    unsigned accepts_per_turn = 16;
    /// Pause after the process ran out of descriptors, unless one is closed earlier on this loop.
    Milliseconds retry_after{100};
};

/// A resource: one per loop and listener.
/// Lifetime: dies before its loop; `sink` and `tls` outlive it. Thread: its loop's (it may be made
/// on the thread that sets the loop up).
class Acceptor final : private IoHandle, private DescriptorWaiter, private async::Timer {
public:
    /// Starts accepting. Null `tls`: clear connections.
    Acceptor(Loop& loop, Listener listener, ConnectionSink& sink, TlsContext* tls = nullptr,
             AcceptorOptions options = {});
    ~Acceptor();

    /// Stops accepting and gives up the listener; when every copy of it is closed new connects are
    /// refused. Handshakes under way go on. Idempotent.
    void stop() noexcept;
    /// Also drops the handshakes under way.
    void stop_now() noexcept;

    bool accepting() const noexcept { return state_ == State::Accepting; }
    std::size_t pending_handshakes() const noexcept { return pending_count_; }

private:
    enum class State : std::uint8_t { Accepting, Paused, Stopped };
    class Handshake;

    void on_events(std::uint32_t events) noexcept override;
    void on_timer() noexcept override { resume(); }
    void on_descriptor_free() noexcept override { resume(); }

    bool accept_one() noexcept;
    void take(int descriptor, const PeerName& peer) noexcept;
    void begin_handshake(std::unique_ptr<TlsStream> stream) noexcept;
    void end_handshake(Handshake& handshake) noexcept;
    void pause(int error) noexcept;
    void resume() noexcept;
    void refuse_with_spare() noexcept;
    void open_spare() noexcept;

    Loop& loop_;
    Listener listener_;
    ConnectionSink& sink_;
    TlsContext* tls_;
    const AcceptorOptions options_;
    State state_ = State::Paused;
    /// Kept open so that, out of descriptors, one connection can be accepted and closed: its peer
    /// sees an end instead of silence.
    int spare_ = -1;
    SteadyTime last_complaint_{};
    /// Handshakes under way, oldest first.
    Handshake* first_pending_ = nullptr;
    Handshake* last_pending_ = nullptr;
    std::size_t pending_count_ = 0;
};

}  // namespace pottle::net
