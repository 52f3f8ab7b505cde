// SPDX-License-Identifier: MIT
#include "echo_server.hpp"

#include <pottle/net/tls_options.hpp>

#include <utility>

#include <doctest/doctest.h>

namespace pottle::net::test {

void EchoApplication::on_stream_data(QuicStreamId stream, std::string_view octets, bool fin,
                                     bool) noexcept {
    Stream& echo = streams[stream];
    // What was given out must stay in place, so all is collected before it is sent.
    echo.data += octets;
    echo.fin = fin;
    quic->extend_stream(stream, octets.size());
    quic->extend_connection(octets.size());
    quic->wake();
}

bool EchoApplication::next_output(QuicOutput& output) noexcept {
    for (auto& [id, stream] : streams) {
        if (!stream.fin || stream.fin_sent || stream.blocked) continue;
        output.stream = id;
        output.pieces[0] = std::string_view(stream.data).substr(stream.sent);
        output.count = output.pieces[0].empty() ? 0 : 1;
        output.fin = true;
        return true;
    }
    return false;
}

void EchoApplication::on_written(QuicStreamId stream, std::size_t count, bool fin) noexcept {
    streams[stream].sent += count;
    streams[stream].fin_sent |= fin;
}

Server::Server(async::VirtualExecutor& executor, const QuicOptions& options, QuicContext* shared,
               QuicRoute route, QuicRouter* router)
    : context(shared) {
    if (!context) {
        certificates = std::make_unique<pottle::test::Certificates>();
        TlsOptions tls;
        tls.certificate_file = certificates->certificate_file();
        tls.key_file = certificates->key_file();
        auto made = QuicContext::make(tls, options, "echo");
        REQUIRE_MESSAGE(made, made.error().message);
        own_context = std::move(*made);
        context = own_context.get();
    }
    endpoint = std::make_unique<QuicEndpoint>(executor, *context, port, *this, route, router);
}

// The endpoint calls the applications while it ends.
Server::~Server() {
    endpoint.reset();
}

void Server::on_connection(QuicConnection& connection) noexcept {
    applications.push_back(std::make_unique<EchoApplication>(connection));
    connection.observe(applications.back().get());
}

}  // namespace pottle::net::test
