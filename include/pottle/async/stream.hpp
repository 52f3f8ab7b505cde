// SPDX-License-Identifier: MIT
/// \file
/// Stream: a non-blocking byte stream with readiness callbacks. TCP, Unix and TLS streams (net) and
/// the in-memory pair (memory_stream.hpp) implement it; protocol connections and coroutine adapters
/// use it.
///
/// The contract is edge-triggered and cheap to poll:
/// 1. read() and write() never block. After WouldBlock the observer is told once when trying again
/// makes sense.
/// 2. A stream remembers that it ran dry, so "read until WouldBlock" costs no extra system call.
/// 3. Not reading is back-pressure: nothing is read ahead of a call, and no notification repeats.
#pragma once

#include <pottle/async/executor.hpp>
#include <pottle/base/error.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pottle::async {

/// Outcome of one non-blocking operation.
struct IoResult {
    enum class Kind : std::uint8_t {
        Done,        ///< `count` >= 1 bytes moved
        WouldBlock,  ///< nothing moved; the observer will be told
        End,         ///< read only: the peer has finished sending
        Failed,  ///< the stream is unusable; `error` says why (Reset, TlsHandshake, System, ...)
    };
    Kind kind = Kind::WouldBlock;
    std::size_t count = 0;
    Error error{};

    static IoResult done(std::size_t count) { return {Kind::Done, count, {}}; }
    static IoResult would_block() { return {}; }
    static IoResult end() { return {Kind::End, 0, {}}; }
    static IoResult failed(Error error) { return {Kind::Failed, 0, error}; }
};

/// Told of readiness, on the stream's executor, never from inside a call on the stream. The
/// observer may destroy the stream in any of these.
class StreamObserver {
public:
    /// There may be bytes or the end to read.
    virtual void on_readable() noexcept = 0;
    /// A write that would have blocked may go on.
    virtual void on_writable() noexcept = 0;
    /// The peer finished sending or is gone, told also while nobody reads (so that a running
    /// handler can be cancelled). Bytes that arrived before may still be unread. Told at most once.
    virtual void on_peer_closed() noexcept = 0;

protected:
    ~StreamObserver() = default;
};

/// Facts about a TLS connection. Views live as long as the stream.
struct TlsFacts {
    std::string_view version;      ///< "TLSv1.3"
    std::string_view cipher;       ///< "TLS_AES_128_GCM_SHA256"
    std::string_view alpn;         ///< "h2", "http/1.1" or empty
    std::string_view server_name;  ///< SNI, or empty
    bool resumed = false;
};

/// The other end of a connection, whatever carries it: a stream, a QUIC connection.
/// Thread: the connection's.
class Transport {
public:
    /// "192.0.2.1:5000", "[2001:db8::1]:5000", or "unix:" for a Unix socket. Computed on each call.
    virtual std::string peer_address() const = 0;
    virtual std::string local_address() const = 0;
    /// nullptr on clear connections.
    virtual const TlsFacts* tls() const noexcept = 0;

protected:
    Transport() = default;
    ~Transport() = default;
};

/// A bidirectional byte stream. A resource.
/// Thread: its executor's.
class Stream : public Transport {
public:
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    virtual Executor& executor() const noexcept = 0;
    /// nullptr: nobody listens; events that happen meanwhile are remembered and told when somebody
    /// does.
    virtual void observe(StreamObserver* observer) noexcept = 0;

    virtual IoResult read(std::span<char> into) noexcept = 0;
    /// Writes as much of `pieces`, in order, as fits; at most 64 pieces a call.
    virtual IoResult write(std::span<const std::string_view> pieces) noexcept = 0;
    /// Sends up to `count` bytes of an open file from `offset`: sendfile on plain sockets, read and
    /// write elsewhere.
    virtual IoResult send_file(int descriptor, std::uint64_t offset,
                               std::size_t count) noexcept = 0;

    /// Says that nothing more will be written (FIN, close_notify). Reading goes on.
    virtual void shutdown_write() noexcept = 0;

    /// True while octets that write() took wait inside the stream for the transport: TLS records.
    /// A stream that is destroyed drops them.
    virtual bool has_unsent() const noexcept { return false; }

    /// True once the peer's end has been seen by the stream, read or not.
    virtual bool peer_closed() const noexcept = 0;

protected:
    Stream() = default;
};

}  // namespace pottle::async
