// SPDX-License-Identifier: MIT
/// \file
/// SocketBase: what clear and TLS streams share: one connected socket, its readiness, its observer
/// and its addresses. Read next: socket_stream.hpp.
///
/// Invariants:
/// 1. A system call is made only while the socket may have something for it: after a short read or
///    a refused write the flag is cleared, and the next edge from epoll sets it.
/// 2. The observer is told only what it waits for: readable after a read that would block (or
///    before the first read), writable after a write that would block, peer closed once.
#pragma once

#include <pottle/async/stream.hpp>
#include <pottle/net/io_handle.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct sockaddr;

namespace pottle::net {

/// The other end of a connection, kept in 18 bytes because the system forgets it when the
/// connection is reset. A value.
class PeerName {
public:
    PeerName() = default;
    /// Anything that is not IPv4 or IPv6 becomes a Unix peer.
    explicit PeerName(const sockaddr& address) noexcept;

    /// "192.0.2.1:5000", "[2001:db8::1]:5000" or "unix:". An IPv4-mapped IPv6 address is shown as
    /// IPv4.
    std::string text() const;

private:
    std::uint8_t octets_[16] = {};  ///< IPv6, or IPv4 mapped into it (RFC 4291 2.5.5.2)
    std::uint16_t port_ = 0;
    bool is_unix_ = true;
};

/// A connected socket on a loop. A resource; owns its descriptor.
/// Lifetime: dies before its loop. Thread: its loop's.
class SocketBase : public async::Stream, protected IoHandle {
public:
    ~SocketBase() override;

    async::Executor& executor() const noexcept final;
    void observe(async::StreamObserver* observer) noexcept final;
    bool peer_closed() const noexcept final { return has(kPeerClosed); }
    std::string peer_address() const final { return peer_.text(); }
    std::string local_address() const final;

protected:
    enum Flag : std::uint16_t {
        kReadable = 1,     ///< the socket may have bytes or its end to read
        kWritable = 2,     ///< the socket may take bytes
        kBuffered = 4,     ///< bytes are held above the socket (TLS)
        kWantRead = 8,     ///< the observer waits for on_readable
        kWantWrite = 16,   ///< the observer waits for on_writable
        kPeerClosed = 32,  ///< the peer's end, a reset or an error was seen
        kToldPeerClosed = 64,
        kEnd = 128,       ///< End was returned; it stays
        kReset = 256,     ///< Failed was returned; it stays
        kTimedOut = 512,  ///< with kReset: the system gave up on the peer
    };

    SocketBase(Loop& loop, int descriptor, const PeerName& peer) noexcept
        : IoHandle(descriptor), loop_(loop), peer_(peer) {}

    Loop& loop() const noexcept { return loop_; }
    bool has(unsigned flags) const noexcept { return (flags_ & flags) != 0; }
    void set(unsigned flags) noexcept { flags_ = static_cast<std::uint16_t>(flags_ | flags); }
    void clear(unsigned flags) noexcept { flags_ = static_cast<std::uint16_t>(flags_ & ~flags); }

    void on_events(std::uint32_t events) noexcept override;
    void note_events(std::uint32_t events) noexcept;
    /// Calls the observer for what it waits for. `this` may be gone afterwards.
    void tell_observer() noexcept;
    /// tell_observer() later in this turn, when there is something to tell.
    void tell_observer_later() noexcept;

    /// recv(2) with the flags kept. Never sets kWantRead.
    async::IoResult receive(char* into, std::size_t size) noexcept;
    /// send(2) or sendmsg(2) with the flags kept. Never sets kWantWrite. At most 64 pieces.
    async::IoResult send(std::span<const std::string_view> pieces) noexcept;
    async::IoResult send_from_file(int file, std::uint64_t offset, std::size_t count) noexcept;
    void shut_down_socket() noexcept;

    /// Makes the stream unusable for the reason in errno `error`.
    async::IoResult fail_with(int error) noexcept;
    async::IoResult failure() const noexcept;

private:
    Loop& loop_;
    async::StreamObserver* observer_ = nullptr;
    PeerName peer_;
    std::uint16_t flags_ = kWantRead | kWritable;
};

}  // namespace pottle::net
