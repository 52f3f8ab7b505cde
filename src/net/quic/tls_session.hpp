// SPDX-License-Identifier: MIT
/// \file
/// TLS of QUIC connections: GnuTLS credentials shared by all, and one session for each handshake.
/// The session is needed only until the handshake is done: idle connections hold none.
#pragma once

#include "anti_replay.hpp"

#include <pottle/async/stream.hpp>
#include <pottle/net/quic/options.hpp>
#include <pottle/net/setup_error.hpp>
#include <pottle/net/tls_options.hpp>

#include <memory>
#include <string>

#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2_crypto.h>

struct ngtcp2_conn;

namespace pottle::net::quic {

/// A resource, one per process.
class TlsCredentials {
public:
    static SetupResult<std::unique_ptr<TlsCredentials>> make(const TlsOptions& tls,
                                                             const QuicOptions& options,
                                                             std::string protocol);
    ~TlsCredentials();
    TlsCredentials(const TlsCredentials&) = delete;
    TlsCredentials& operator=(const TlsCredentials&) = delete;

private:
    friend class TlsSession;
    TlsCredentials(const QuicOptions& options, std::string protocol) noexcept;

    gnutls_certificate_credentials_t certificate_ = nullptr;
    gnutls_priority_t priority_ = nullptr;
    gnutls_anti_replay_t anti_replay_ = nullptr;
    gnutls_datum_t ticket_key_ = {};
    gnutls_certificate_request_t client_certificate_ = GNUTLS_CERT_IGNORE;
    AntiReplay replays_;
    std::string protocol_;
    bool tickets_ = false;
    bool early_data_ = false;
};

/// A resource; dies after the ngtcp2 connection stopped using it.
class TlsSession {
public:
    /// `native` is asked for whenever the libraries need the connection, so may be set later.
    /// Returns: nullptr when GnuTLS refuses.
    static std::unique_ptr<TlsSession> make(const TlsCredentials& credentials,
                                            ngtcp2_conn*& native);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    gnutls_session_t native() const noexcept { return session_; }
    /// Sends a ticket for resumption, once the handshake is done.
    void send_ticket() noexcept;
    /// What is worth knowing after the session is gone. `server_name` gets the SNI.
    async::TlsFacts facts(std::string& server_name) const;

private:
    TlsSession() = default;

    const TlsCredentials* credentials_ = nullptr;
    gnutls_session_t session_ = nullptr;
    ngtcp2_crypto_conn_ref reference_{};
};

}  // namespace pottle::net::quic
