// SPDX-License-Identifier: MIT
/// \file
/// A QUIC client over ngtcp2 that shares a virtual clock and an in-memory network with the endpoint
/// under test: a handshake with loss takes no time and is the same on every machine.
#pragma once

#include <pottle/async/virtual_executor.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <support/certificates.hpp>

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

/// Answers every stream with what came on it, and counts.
class EchoApplication final : public QuicApplication {
public:
    explicit EchoApplication(QuicConnection& connection) : quic(&connection) {}
    void on_stream_data(QuicStreamId stream, std::string_view octets, bool fin,
                        bool early) noexcept override;
    void on_stream_reset(QuicStreamId, std::uint64_t code) noexcept override { reset_code = code; }
    void on_send_stopped(QuicStreamId stream) noexcept override { streams[stream].fin = false; }
    void on_stream_closed(QuicStreamId) noexcept override {
        ++streams_closed;
        quic->release_stream();
    }
    void on_acknowledged(QuicStreamId, std::uint64_t count) noexcept override {
        acknowledged += count;
    }
    void on_handshake_done() noexcept override { handshake_done = true; }
    void on_closed(const QuicClose& close) noexcept override {
        closed = true;
        reason = close;
        quic = nullptr;
    }
    bool next_output(QuicOutput& output) noexcept override;
    void on_written(QuicStreamId stream, std::size_t count, bool fin) noexcept override;
    void on_stream_blocked(QuicStreamId stream) noexcept override {
        streams[stream].blocked = true;
    }
    void on_stream_writable(QuicStreamId stream) noexcept override {
        streams[stream].blocked = false;
        quic->wake();
    }

    struct Stream {
        std::string data;
        std::size_t sent = 0;
        bool fin = false;
        bool fin_sent = false;
        bool blocked = false;
    };
    QuicConnection* quic;
    std::map<QuicStreamId, Stream> streams;
    std::uint64_t acknowledged = 0;
    std::uint64_t reset_code = 0;
    int streams_closed = 0;
    bool handshake_done = false;
    bool closed = false;
    QuicClose reason;
};

/// Context, endpoint, applications.
class Server final : public QuicConnectionSink {
public:
    explicit Server(async::VirtualExecutor& executor, const QuicOptions& options = {},
                    QuicContext* shared = nullptr, QuicRoute route = {},
                    QuicRouter* router = nullptr);
    ~Server();

    bool accepts_connections() noexcept override { return accepting; }
    void on_connection(QuicConnection& connection) noexcept override;

    std::unique_ptr<pottle::test::Certificates> certificates;
    std::unique_ptr<QuicContext> own_context;
    QuicContext* context;
    MemoryPort port;
    std::vector<std::unique_ptr<EchoApplication>> applications;
    std::unique_ptr<QuicEndpoint> endpoint;
    bool accepting = true;
};

struct ClientOptions {
    std::uint32_t version = NGTCP2_PROTO_VER_V1;
    std::string token = {};
    SocketAddress address = ipv4(2, 5000);
};

class Client {
public:
    Client(async::VirtualExecutor& executor, Server& server, const ClientOptions& options = {});
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
    /// What came back on the stream; `|` behind the end.
    std::string& received(QuicStreamId stream) { return received_[stream]; }
    /// Writes packets into `to_server` only.
    void write();
    void deliver(Server& server);
    void close();
    std::uint64_t now() const;

    ngtcp2_conn* native = nullptr;
    std::vector<std::vector<std::uint8_t>> to_server;
    SocketAddress address;  ///< as the server sees it; may change behind the client's back
    std::string new_token;
    int error = 0;
    unsigned drop_every = 0;  ///< of packets in either direction
    bool version_negotiated = false;
    std::uint64_t octets_sent = 0;

private:
    struct Callbacks;
    struct Sending {
        std::string text;
        std::size_t sent = 0;
        bool fin_sent = false;
    };
    void read(std::span<const std::uint8_t> octets);
    void expire();
    bool lost() { return drop_every > 0 && ++count_ % drop_every == 0; }

    async::VirtualExecutor& executor_;
    Server& server_;
    gnutls_session_t tls_ = nullptr;
    gnutls_certificate_credentials_t credentials_ = nullptr;
    ngtcp2_crypto_conn_ref reference_{};
    const SocketAddress own_;
    const SocketAddress local_;
    std::map<QuicStreamId, Sending> sending_;
    std::map<QuicStreamId, std::string> received_;
    unsigned count_ = 0;
};

}  // namespace pottle::net::test
