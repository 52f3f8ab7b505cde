// SPDX-License-Identifier: MIT
/// \file
/// An endpoint whose connections answer every stream with what came on it.
#pragma once

#include <pottle/async/virtual_executor.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <support/certificates.hpp>
#include <support/quic_client.hpp>

namespace pottle::net::test {

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
class Server final : public QuicServer, public QuicConnectionSink {
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
    std::vector<std::unique_ptr<EchoApplication>> applications;
    bool accepting = true;
};

}  // namespace pottle::net::test
