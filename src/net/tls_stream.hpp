// SPDX-License-Identifier: MIT
/// \file
/// TlsStream: a connection encrypted by OpenSSL, as a Stream. Made by Acceptor, which waits for its
/// handshake before it hands it on.
///
/// Output: OpenSSL's records are gathered in the loop's buffer while one call runs, and leave in
/// one send at its end. What the socket does not take is kept by the stream (`unsent_`), and until
/// that has left write() refuses.
///
/// Invariants:
/// 1. The loop's record buffer is empty between calls.
/// 2. `unsent_` is not empty only while the socket is full.
/// 3. OpenSSL is entered for reading only when there is something for it to read.
#pragma once

#include <pottle/net/socket_base.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace pottle::net {

class TlsContext;
class TlsStream;

/// Told when a handshake ends.
class HandshakeObserver {
public:
    enum class Outcome : std::uint8_t {
        Done,
        Failed,
        LeftSilently,  ///< the peer closed without a byte, as health checks do
    };
    /// `reason`: empty when the handshake is done. The observer may destroy the stream.
    virtual void on_handshake(Outcome outcome, std::string_view reason) noexcept = 0;

protected:
    ~HandshakeObserver() = default;
};

/// A server's TLS connection. A resource.
class TlsStream final : public SocketBase {
public:
    /// Takes over an accepted, non-blocking socket and registers it with `loop`. The handshake runs
    /// by itself and ends in a call to the handshake observer.
    ///
    /// Returns: null when memory or epoll's watches are exhausted; the socket is closed then.
    static std::unique_ptr<TlsStream> adopt(Loop& loop, int descriptor, const PeerName& peer,
                                            const TlsContext& context) noexcept;
    /// Says goodbye (close_notify) if the connection is sound, and closes. What the socket did not
    /// take yet is lost: see LingeringCloser.
    ~TlsStream() override;

    void observe_handshake(HandshakeObserver* observer) noexcept { handshake_observer_ = observer; }

    async::IoResult read(std::span<char> into) noexcept override;
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override;
    async::IoResult send_file(int descriptor, std::uint64_t offset,
                              std::size_t count) noexcept override;
    void shutdown_write() noexcept override;
    bool has_unsent() const noexcept override { return !unsent_.empty(); }
    const async::TlsFacts* tls() const noexcept override;

    // What the BIO calls.
    async::IoResult receive_records(char* into, std::size_t size) noexcept;
    void gather_records(std::string_view records) noexcept;
    bool transport_ended() const noexcept { return has(kEnd); }

private:
    enum class State : std::uint8_t {
        Handshake,
        Open,
        PeerFinished,  ///< close_notify, or the end of the connection; writing goes on
        Broken,        ///< OpenSSL may not be called again
    };

    TlsStream(Loop& loop, int descriptor, const PeerName& peer) noexcept
        : SocketBase(loop, descriptor, peer) {}

    void on_events(std::uint32_t events) noexcept override;
    void continue_handshake() noexcept;
    void finish_handshake(HandshakeObserver::Outcome outcome, std::string_view reason) noexcept;
    /// Reads one record's worth. Returns: 0 when there is none; the state says why.
    std::size_t read_some(std::span<char> into) noexcept;
    /// Whether a write can be begun now.
    bool ready_to_write() noexcept;
    bool encrypt(std::string_view text) noexcept;
    bool room_for_a_record() noexcept;
    void flush() noexcept;
    void flush_unsent() noexcept;
    void keep_unsent(std::string_view records) noexcept;
    async::IoResult tls_failure() const noexcept;

    ssl_st* ssl_ = nullptr;
    HandshakeObserver* handshake_observer_ = nullptr;
    std::string unsent_;
    std::size_t unsent_begin_ = 0;
    mutable std::unique_ptr<async::TlsFacts> facts_;
    State state_ = State::Handshake;
    bool notified_close_ = false;
};

}  // namespace pottle::net
