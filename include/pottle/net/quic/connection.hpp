// SPDX-License-Identifier: MIT
/// \file
/// QuicConnection: one QUIC connection of a server (RFC 9000, 9001, 9002): ngtcp2 with a GnuTLS
/// session. It knows streams, not what is said on them: that is the QuicApplication's.
///
///   state      meaning                                  leaves it when
///   Handshake  the client is not known yet              its Finished arrives, an error, a timeout
///   Open       streams flow                             either side closes, an error, silence
///   Closing    we closed: late packets are answered     three probe timeouts passed
///   Draining   the peer closed: late packets are mute   three probe timeouts passed
///   Over       removed; destroyed before the loop waits again
///
/// Invariants:
/// 1. Packets are written by service(), once per turn, whatever happened in that turn.
/// 2. The application is told of the end once, from service(), and never called after it.
/// 3. Behind Open nothing but the ids and the closing packet is kept.
#pragma once

#include <pottle/async/executor.hpp>
#include <pottle/async/stream.hpp>
#include <pottle/net/quic/application.hpp>
#include <pottle/net/quic/datagram.hpp>

#include <memory>
#include <string>
#include <vector>

struct ngtcp2_conn;

namespace pottle::net {

class QuicEndpoint;

namespace quic {
class TlsSession;
struct Accepted;
struct ConnectionIdKey;
struct Callbacks;
}  // namespace quic

/// A resource, owned by its endpoint. Thread: the endpoint's.
class QuicConnection final : public async::Transport, private async::Timer {
public:
    ~QuicConnection();

    async::Executor& executor() const noexcept;
    /// Who serves the streams; given in QuicConnectionSink::on_connection(). nullptr: nobody any
    /// more, and nothing is reported.
    void observe(QuicApplication* application) noexcept { application_ = application; }

    // async::Transport
    std::string peer_address() const override { return path_.remote.text(); }
    std::string local_address() const override { return path_.local.text(); }
    const async::TlsFacts* tls() const noexcept override { return &facts_; }
    bool handshake_done() const noexcept { return state_ == State::Open; }

    /// There is new output: packets are written in this turn of the loop.
    void wake() noexcept;
    /// Opens a stream that only we send on. Returns: -1 when the peer does not allow one.
    QuicStreamId open_uni_stream() noexcept;
    /// Lets the peer send `count` more bytes on a stream, after the application took as many.
    void extend_stream(QuicStreamId stream, std::size_t count) noexcept;
    /// The same for the connection as a whole; both are due for each byte.
    void extend_connection(std::size_t count) noexcept;
    /// Lets the peer open one more bidirectional stream, after one is over and done with.
    void release_stream() noexcept;
    /// Gives up sending on a stream (RESET_STREAM).
    void reset_stream(QuicStreamId stream, std::uint64_t code) noexcept;
    /// Asks the peer to send no more on a stream (STOP_SENDING).
    void stop_sending(QuicStreamId stream, std::uint64_t code) noexcept;
    /// Ends the connection with an application's code; `reason` is static text. The first call
    /// counts.
    void close(std::uint64_t code, std::string_view reason) noexcept;

private:
    friend class QuicEndpoint;
    friend struct quic::Callbacks;
    enum class State : std::uint8_t { Handshake, Open, Closing, Draining, Over };
    /// What ends the connection, until service() has told everybody.
    struct Ending {
        enum class Kind : std::uint8_t { None, Transport, Tls, Application, Drained, Silent };
        Kind kind = Kind::None;
        std::uint64_t code = 0;
        QuicClose::By by = QuicClose::By::Us;
        std::string_view reason = {};
    };

    QuicConnection(QuicEndpoint& endpoint, const DatagramPath& path);
    /// Returns: false when the libraries refuse; the connection is of no use then.
    bool begin(const quic::Accepted& accepted);

    void receive(const Datagram& datagram);
    void service() noexcept;            // once in a turn in which something happened
    void on_timer() noexcept override;  // ngtcp2's expiry, or the end of Closing and Draining
    void write();
    bool write_one_burst();
    void fail(int library_error) noexcept;
    void end(Ending::Kind kind, std::uint64_t code, QuicClose::By by,
             std::string_view reason = {}) noexcept;
    void finish_ending();
    void write_close();
    void answer_late_packet() noexcept;
    void arm_timer() noexcept;
    void open_for_application() noexcept;
    void on_handshake_completed();
    void release_libraries() noexcept;

    QuicEndpoint& endpoint_;
    QuicConnection* previous_ = nullptr;  // in the endpoint's list
    QuicConnection* next_ = nullptr;
    QuicApplication* application_ = nullptr;
    ngtcp2_conn* native_ = nullptr;
    std::unique_ptr<quic::TlsSession> tls_;
    DatagramPath path_;
    async::TlsFacts facts_;
    std::string server_name_;
    std::vector<quic::ConnectionIdKey> ids_;
    std::vector<std::uint8_t> closing_packet_;
    Ending ending_;
    std::size_t packets_received_ = 0;
    SteadyTime over_at_{};
    State state_ = State::Handshake;
    bool scheduled_ = false;
    bool offered_ = false;  // the application has been asked whether it takes the connection
    bool handshake_unreported_ = false;
    std::uint8_t late_shift_ = 0;  // of late packets, every 2^n-th is answered
    std::uint32_t late_packets_ = 0;
};

}  // namespace pottle::net
