// SPDX-License-Identifier: MIT
/// \file
/// QuicApplication: the protocol that runs over a QUIC connection, as the connection sees it.
/// Receiving is pushed, sending is pulled: the connection asks for output when a packet has room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pottle::net {

/// RFC 9000 2.1: bit 0 set: opened by the server; bit 1 set: unidirectional.
using QuicStreamId = std::int64_t;

/// The next octets of one stream. They stay where they are until they are acknowledged.
struct QuicOutput {
    static constexpr std::size_t kPieces = 8;
    QuicStreamId stream = -1;
    std::array<std::string_view, kPieces> pieces;
    std::size_t count = 0;
    bool fin = false;  ///< the stream ends behind these octets
};

/// Why a connection is over.
struct QuicClose {
    enum class By : std::uint8_t { Peer, Us, Idle, Lost };
    By by = By::Us;
    std::uint64_t code = 0;    ///< as sent by whoever closed it
    bool application = false;  ///< `code` is the application protocol's, not QUIC's
};

/// Told of everything that happens on a connection. Calls come on the endpoint's thread, never from
/// inside a call on the connection but for next_output() and its answers.
class QuicApplication {
public:
    /// `early`: came in 0-RTT packets, so may be a replay.
    virtual void on_stream_data(QuicStreamId stream, std::string_view octets, bool fin,
                                bool early) noexcept = 0;
    /// The peer gave up sending on the stream.
    virtual void on_stream_reset(QuicStreamId stream, std::uint64_t code) noexcept = 0;
    /// The peer does not want what we send on the stream: nothing more can be sent there.
    virtual void on_send_stopped(QuicStreamId stream) noexcept = 0;
    /// Both directions are over; the connection knows the stream no more.
    virtual void on_stream_closed(QuicStreamId stream) noexcept = 0;
    /// The peer has `count` more octets of the stream: their memory may go.
    virtual void on_acknowledged(QuicStreamId stream, std::uint64_t count) noexcept = 0;
    /// The handshake is finished.
    virtual void on_handshake_done() noexcept = 0;
    /// Last call: the connection is over.
    virtual void on_closed(const QuicClose& close) noexcept = 0;

    /// Says what to send next. Returns: false when there is nothing.
    virtual bool next_output(QuicOutput& output) noexcept = 0;
    /// `count` octets of the last output were taken, and its fin when `fin`.
    virtual void on_written(QuicStreamId stream, std::size_t count, bool fin) noexcept = 0;
    /// Flow control of the stream takes nothing until on_stream_writable().
    virtual void on_stream_blocked(QuicStreamId stream) noexcept = 0;
    virtual void on_stream_writable(QuicStreamId stream) noexcept = 0;

protected:
    ~QuicApplication() = default;
};

}  // namespace pottle::net
