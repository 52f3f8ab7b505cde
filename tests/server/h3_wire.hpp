// SPDX-License-Identifier: MIT
/// \file
/// HTTP/3 connections of the server behind a QUIC endpoint in memory and in virtual time; the test
/// is the client.
#pragma once

#include "h3_connection.hpp"
#include "harness.hpp"

#include <pottle/net/quic/endpoint.hpp>

#include <doctest/doctest.h>
#include <support/certificates.hpp>
#include <support/h3_frames.hpp>
#include <support/quic_client.hpp>

namespace pottle::server {

/// An endpoint whose connections are the server's, and one client of it.
class H3Wire final : private net::QuicConnectionSink {
public:
    explicit H3Wire(Options options = {}, net::test::ClientOptions client_options = {})
        : options_(std::move(options)),
          context_(std::in_place, executor, gateway, options_, counts_, stats.slot(0), nullptr) {
        net::TlsOptions tls;
        tls.certificate_file = certificates_.certificate_file();
        tls.key_file = certificates_.key_file();
        auto made = net::QuicContext::make(tls, options_.quic, "h3");
        REQUIRE_MESSAGE(made, made.error().message);
        quic_ = std::move(*made);
        server_.endpoint = std::make_unique<net::QuicEndpoint>(
            executor, *quic_, server_.port, static_cast<net::QuicConnectionSink&>(*this));
        client_options.protocol = "h3";
        client.emplace(executor, server_, client_options);
        REQUIRE(client->connect());
        control = client->open_uni();
        client->append(control, std::string(1, '\0') + h3test::frame(h3test::kSettings, ""));
        talk();
    }
    ~H3Wire() {
        context_->abort_connections(CancelReason::Disconnected);
        executor.run_until_idle();
        server_.endpoint.reset();
        executor.advance(Seconds(120));
    }

    /// Both sides talk; packets need some milliseconds where the client paces them.
    void talk() {
        for (int i = 0; i < 8; ++i) {
            client->talk();
            executor.advance(Milliseconds(5));
        }
        client->talk();
    }
    void wait(Milliseconds time) {
        (void)client->talk_until([] { return false; }, time);
    }
    net::QuicStreamId send(std::string octets, bool fin = true) {
        const net::QuicStreamId stream = client->open();
        REQUIRE(stream >= 0);
        client->append(stream, std::move(octets), fin);
        talk();
        return stream;
    }
    void more(net::QuicStreamId stream, std::string octets, bool fin = false) {
        client->append(stream, std::move(octets), fin);
        talk();
    }
    std::string picture(net::QuicStreamId stream) {
        return h3test::describe(client->received(stream));
    }
    /// What one request is answered.
    std::string ask(std::string octets) { return picture(send(std::move(octets))); }
    LoopContext& context() { return *context_; }

    async::VirtualExecutor executor;
    TestGateway gateway;
    ServerStats stats;
    std::optional<net::test::Client> client;
    net::QuicStreamId control = -1;

private:
    bool accepts_connections() noexcept override { return true; }
    void on_connection(net::QuicConnection& connection) noexcept override {
        make_connection(connection).start();
    }
    /// It owns itself.
    H3Connection& make_connection(net::QuicConnection& connection) {
        return *new H3Connection(*context_, connection);
    }

    Options options_;
    ProcessCounts counts_;
    std::optional<LoopContext> context_;
    test::Certificates certificates_;
    std::unique_ptr<net::QuicContext> quic_;
    net::test::QuicServer server_;
};

}  // namespace pottle::server
