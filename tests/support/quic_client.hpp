// SPDX-License-Identifier: MIT
/// \file
/// A QUIC client over ngtcp2 that shares a virtual clock and an in-memory network with the endpoint
/// under test: a handshake with loss takes no time and is the same on every machine.
#pragma once

#include <pottle/async/virtual_executor.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

namespace pottle::net::test {

SocketAddress ipv4(std::uint8_t last, std::uint16_t port);

/// The server's way out: what it sends is kept until a client takes it.
class MemoryPort final : public DatagramPort {
public:
    struct Packet {
        DatagramPath path;
        std::vector<std::uint8_t> octets;
    };
    Sent send(const DatagramPath& path, EcnMark ecn, std::span<const std::uint8_t> octets,
              std::size_t segment) noexcept override;
    std::size_t segments_per_send() const noexcept override { return segments; }

    std::vector<Packet> sent;
    std::size_t segments = 10;
    std::size_t octets_sent = 0;
    bool full = false;
};

/// What a client talks to: an endpoint and its way out. Whoever owns it fills the endpoint in.
struct QuicServer {
    MemoryPort port;
    std::unique_ptr<QuicEndpoint> endpoint;
};

struct ClientOptions {
    std::uint32_t version = NGTCP2_PROTO_VER_V1;
    std::string token = {};
    SocketAddress address = ipv4(2, 5000);
    std::string protocol = "echo";  ///< for ALPN
    std::uint64_t stream_window = 64 * 1024;
    bool grants_credit = true;  ///< the window of a stream grows with what came
};

class Client {
public:
    Client(async::VirtualExecutor& executor, QuicServer& server, const ClientOptions& options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Lets both sides talk until neither has anything to say at this moment.
    void talk();
    /// talk(), and moves the clock whenever nobody says anything, until `done` or `limit` passed.
    template <class Condition>
    bool talk_until(Condition done, Milliseconds limit = Milliseconds(20'000)) {
        for (Milliseconds waited{0}; waited <= limit; waited += Milliseconds(5)) {
            talk();
            if (done()) return true;
            executor_.advance(Milliseconds(5));
            expire();
        }
        return false;
    }
    bool connect() {
        const bool done =
            talk_until([this] { return handshake_done() || error != 0; }) && error == 0;
        for (int i = 0; done && i < 4; ++i) {  // the server has to hear of it
            executor_.advance(Milliseconds(5));
            talk();
        }
        return done;
    }
    bool handshake_done() const { return ngtcp2_conn_get_handshake_completed(native) != 0; }

    /// Opens a stream and sends `text` with its end. Returns: its id.
    QuicStreamId send(std::string text);
    /// Opens a stream. Returns: -1 when the server allows no more.
    QuicStreamId open();
    QuicStreamId open_uni();
    /// Sends more on a stream of ours.
    void append(QuicStreamId stream, std::string text, bool fin = false);
    /// STOP_SENDING.
    void stop_sending(QuicStreamId stream, std::uint64_t code);
    /// RESET_STREAM and STOP_SENDING.
    void reset(QuicStreamId stream, std::uint64_t code);
    /// What came back on the stream; `|` behind the end.
    std::string& received(QuicStreamId stream) { return received_[stream]; }
    /// Writes packets into `to_server` only.
    void write();
    void deliver(QuicServer& server);
    void close();
    /// The code that the server ended the connection with.
    std::uint64_t closing_code() const { return ngtcp2_conn_get_ccerr(native)->error_code; }
    std::uint64_t now() const;

    ngtcp2_conn* native = nullptr;
    std::vector<std::vector<std::uint8_t>> to_server;
    SocketAddress address;  ///< as the server sees it; may change behind the client's back
    std::string new_token;
    std::map<QuicStreamId, std::uint64_t> resets;  ///< codes of the server's RESET_STREAM
    std::map<QuicStreamId, std::uint64_t> closed;  ///< streams that are over, either side's code
    int error = 0;
    unsigned drop_every = 0;  ///< of packets in either direction
    bool version_negotiated = false;
    std::uint64_t octets_sent = 0;

private:
    struct Callbacks;
    struct Sending {
        std::deque<std::string> pieces;  // they stay in place until they are acknowledged
        std::size_t next = 0;            // index of the first that is not sent
        std::size_t sent = 0;            // octets of it that are
        bool fin = false;
        bool fin_sent = false;
        bool waits() const { return next < pieces.size() || (fin && !fin_sent); }
    };
    void read(std::span<const std::uint8_t> octets);
    void expire();
    bool lost() { return drop_every > 0 && ++count_ % drop_every == 0; }

    async::VirtualExecutor& executor_;
    QuicServer& server_;
    gnutls_session_t tls_ = nullptr;
    gnutls_certificate_credentials_t credentials_ = nullptr;
    ngtcp2_crypto_conn_ref reference_{};
    const SocketAddress own_;
    const SocketAddress local_;
    const bool grants_credit_;
    std::map<QuicStreamId, Sending> sending_;
    std::map<QuicStreamId, std::string> received_;
    unsigned count_ = 0;
};

}  // namespace pottle::net::test
