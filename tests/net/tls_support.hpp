// SPDX-License-Identifier: MIT
/// \file
/// A TLS client that takes a step at a time, so that it and the server share a thread.
#pragma once

#include "net_support.hpp"

#include <pottle/net/tls_context.hpp>

#include <memory>
#include <string>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <support/certificates.hpp>

namespace pottle::net::test {

inline std::unique_ptr<TlsContext> tls_context(const TlsOptions& options) {
    auto context = TlsContext::make(options);
    REQUIRE_MESSAGE(context, context.error().message);
    return std::move(*context);
}

inline TlsOptions tls_options(const pottle::test::Certificates& certificates) {
    TlsOptions options;
    options.certificate_file = certificates.certificate_file();
    options.key_file = certificates.key_file();
    return options;
}

/// Settings of a client, and the session that it can resume.
struct TlsClientContext {
    TlsClientContext() : native(::SSL_CTX_new(::TLS_client_method())) {
        SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_set_app_data(native, this);
        ::SSL_CTX_sess_set_new_cb(native, [](SSL* connection, SSL_SESSION* session) {
            auto* self =
                static_cast<TlsClientContext*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(connection)));
            ::SSL_SESSION_free(self->session);
            self->session = session;
            ++self->tickets;
            return 1;
        });
    }
    ~TlsClientContext() {
        ::SSL_SESSION_free(session);
        ::SSL_CTX_free(native);
    }
    SSL_CTX* native;
    SSL_SESSION* session = nullptr;
    int tickets = 0;
};

/// One connection of such a client.
class TlsClient {
public:
    TlsClient(TlsClientContext& context, std::uint16_t port)
        : socket(port), ssl(::SSL_new(context.native)) {
        ::fcntl(socket.descriptor(), F_SETFL, O_NONBLOCK);
        ::SSL_set_fd(ssl, socket.descriptor());
        ::SSL_set_tlsext_host_name(ssl, "localhost");
        ::SSL_set_connect_state(ssl);
    }
    ~TlsClient() { ::SSL_free(ssl); }

    /// Returns: true once the handshake is over, well or badly.
    bool step_handshake() {
        ::ERR_clear_error();
        const int result = ::SSL_do_handshake(ssl);
        const int error = ::SSL_get_error(ssl, result);
        connected = result == 1;
        return connected || (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE);
    }
    std::size_t send(std::string_view text) {
        std::size_t written = 0;
        ::ERR_clear_error();
        ::SSL_write_ex(ssl, text.data(), text.size(), &written);
        return written;
    }
    /// What is there; "" with `ended` after close_notify, `broken` after anything else.
    std::string receive() {
        std::string all;
        char part[16384];
        while (true) {
            std::size_t count = 0;
            ::ERR_clear_error();
            if (::SSL_read_ex(ssl, part, sizeof part, &count) == 1) {
                all.append(part, count);
                continue;
            }
            const int error = ::SSL_get_error(ssl, 0);
            ended |= error == SSL_ERROR_ZERO_RETURN;
            broken |= error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL;
            return all;
        }
    }

    Client socket;
    SSL* ssl;
    bool connected = false;
    bool ended = false;
    bool broken = false;
};

/// A TLS server that keeps its connections.
struct TlsServer {
    pottle::test::Certificates certificates;
    std::unique_ptr<TlsContext> context;
    Loop loop;
    Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor;
    TlsClientContext clients;

    explicit TlsServer(void (*change)(TlsOptions&) = nullptr, AcceptorOptions options = {})
        : context([&] {
              TlsOptions tls = tls_options(certificates);
              if (change) change(tls);
              return tls_context(tls);
          }()),
          acceptor(loop, listener, sink, context.get(), options) {}
    ~TlsServer() { sink.streams.clear(); }

    /// Runs a client's handshake to its end. Returns: whether it was done.
    bool connect(TlsClient& client) {
        REQUIRE(run_until(loop, [&] { return client.step_handshake(); }));
        run_idle(loop);
        return client.connected;
    }
    async::Stream& newest() { return *sink.streams.back(); }
};

}  // namespace pottle::net::test
