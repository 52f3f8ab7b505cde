// SPDX-License-Identifier: MIT
#include "tls_session.hpp"

#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

namespace pottle::net::quic {

namespace {

/// TLS 1.3 only (RFC 9001 4.2). AES-128 first, as on TCP. The compatibility mode of TLS over TCP
/// must not be used (RFC 9001 8.4).
constexpr const char* kPriority =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE";

std::unexpected<SetupError> bad_setting(std::string message) {
    return std::unexpected(SetupError{Errc::TlsConfig, 0, std::move(message)});
}

std::string_view suite_name(gnutls_cipher_algorithm_t cipher) noexcept {
    switch (cipher) {
        case GNUTLS_CIPHER_AES_128_GCM:
            return "TLS_AES_128_GCM_SHA256";
        case GNUTLS_CIPHER_AES_256_GCM:
            return "TLS_AES_256_GCM_SHA384";
        case GNUTLS_CIPHER_CHACHA20_POLY1305:
            return "TLS_CHACHA20_POLY1305_SHA256";
        default:
            return {};
    }
}

/// gnutls_db_add_func: refuses what was seen, or cannot be remembered.
int remember_handshake(void* replays, time_t expires, const gnutls_datum_t* key,
                       const gnutls_datum_t*) {
    const std::string_view name(reinterpret_cast<const char*>(key->data), key->size);
    try {
        const auto verdict = static_cast<AntiReplay*>(replays)->add(name, ::time(nullptr), expires);
        return verdict == AntiReplay::Verdict::Fresh ? 0 : GNUTLS_E_DB_ENTRY_EXISTS;
    } catch (...) {
        return GNUTLS_E_DB_ENTRY_EXISTS;  // out of memory: not remembered, so not accepted
    }
}

int verify_client(gnutls_session_t session) {
    unsigned count = 0;
    if (!::gnutls_certificate_get_peers(session, &count) || count == 0)
        return 0;  // whether one is required is GnuTLS's to enforce
    unsigned problems = 0;
    if (::gnutls_certificate_verify_peers2(session, &problems) != 0) return -1;
    return problems == 0 ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

}  // namespace

TlsCredentials::TlsCredentials(const QuicOptions& options, std::string protocol) noexcept
    : replays_(options.max_early_data_records),
      protocol_(std::move(protocol)),
      early_data_(options.early_data) {}

TlsCredentials::~TlsCredentials() {
    if (anti_replay_) ::gnutls_anti_replay_deinit(anti_replay_);
    if (priority_) ::gnutls_priority_deinit(priority_);
    if (certificate_) ::gnutls_certificate_free_credentials(certificate_);
    ::gnutls_free(ticket_key_.data);
}

SetupResult<std::unique_ptr<TlsCredentials>> TlsCredentials::make(const TlsOptions& tls,
                                                                  const QuicOptions& options,
                                                                  std::string protocol) {
    std::unique_ptr<TlsCredentials> made(new TlsCredentials(options, std::move(protocol)));
    if (::gnutls_certificate_allocate_credentials(&made->certificate_) != 0 ||
        ::gnutls_priority_init(&made->priority_, kPriority, nullptr) != 0 ||
        ::gnutls_session_ticket_key_generate(&made->ticket_key_) != 0)
        return bad_setting("GnuTLS cannot be initialised");
    const int loaded = ::gnutls_certificate_set_x509_key_file2(
        made->certificate_, tls.certificate_file.c_str(), tls.key_file.c_str(), GNUTLS_X509_FMT_PEM,
        tls.key_password.empty() ? nullptr : tls.key_password.c_str(), 0);
    if (loaded < 0)
        return bad_setting(fmt::format("certificate '{}' and key '{}' cannot be used for QUIC: {}",
                                       tls.certificate_file, tls.key_file,
                                       ::gnutls_strerror(loaded)));
    if (tls.verify_client != TlsOptions::Verify::None) {
        const int authorities = ::gnutls_certificate_set_x509_trust_file(
            made->certificate_, tls.client_ca_file.c_str(), GNUTLS_X509_FMT_PEM);
        if (authorities <= 0)
            return bad_setting(fmt::format("client authority file '{}' holds no PEM certificate",
                                           tls.client_ca_file));
        ::gnutls_certificate_set_verify_function(made->certificate_, verify_client);
        made->client_certificate_ = tls.verify_client == TlsOptions::Verify::Required
                                        ? GNUTLS_CERT_REQUIRE
                                        : GNUTLS_CERT_REQUEST;
    }
    made->tickets_ = tls.session_tickets > 0;
    if (made->early_data_) {
        if (::gnutls_anti_replay_init(&made->anti_replay_) != 0)
            return bad_setting("GnuTLS cannot be initialised");
        ::gnutls_anti_replay_set_add_function(made->anti_replay_, remember_handshake);
        ::gnutls_anti_replay_set_ptr(made->anti_replay_, &made->replays_);
    }
    return made;
}

std::unique_ptr<TlsSession> TlsSession::make(const TlsCredentials& credentials,
                                             ngtcp2_conn*& native) {
    std::unique_ptr<TlsSession> made(new TlsSession);
    made->credentials_ = &credentials;
    unsigned flags = GNUTLS_SERVER | GNUTLS_NO_AUTO_SEND_TICKET | GNUTLS_NO_END_OF_EARLY_DATA;
    if (credentials.early_data_) flags |= GNUTLS_ENABLE_EARLY_DATA;
    if (::gnutls_init(&made->session_, flags) != 0) return nullptr;
    const gnutls_session_t session = made->session_;
    if (::gnutls_priority_set(session, credentials.priority_) != 0 ||
        ::ngtcp2_crypto_gnutls_configure_server_session(session) != 0 ||
        ::gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials.certificate_) != 0)
        return nullptr;
    made->reference_.get_conn = [](ngtcp2_crypto_conn_ref* reference) {
        return *static_cast<ngtcp2_conn**>(reference->user_data);
    };
    made->reference_.user_data = &native;
    ::gnutls_session_set_ptr(session, &made->reference_);
    ::gnutls_certificate_server_set_request(session, credentials.client_certificate_);
    if (credentials.tickets_)
        ::gnutls_session_ticket_enable_server(session, &credentials.ticket_key_);
    if (credentials.early_data_) {
        ::gnutls_anti_replay_enable(session, credentials.anti_replay_);
        // RFC 9001 4.6.1: QUIC's own flow control limits early data.
        ::gnutls_record_set_max_early_data_size(session, 0xffffffffU);
    }
    // RFC 9001 8.1: no protocol in common ends the connection.
    gnutls_datum_t protocol{
        reinterpret_cast<unsigned char*>(const_cast<char*>(credentials.protocol_.data())),
        static_cast<unsigned>(credentials.protocol_.size())};
    if (::gnutls_alpn_set_protocols(session, &protocol, 1,
                                    GNUTLS_ALPN_MANDATORY | GNUTLS_ALPN_SERVER_PRECEDENCE) != 0)
        return nullptr;
    return made;
}

TlsSession::~TlsSession() {
    if (session_) ::gnutls_deinit(session_);
}

void TlsSession::send_ticket() noexcept {
    if (credentials_->tickets_) ::gnutls_session_ticket_send(session_, 1, 0);
}

async::TlsFacts TlsSession::facts(std::string& server_name) const {
    char name[256] = {};
    std::size_t size = sizeof name;
    unsigned type = GNUTLS_NAME_DNS;
    if (::gnutls_server_name_get(session_, name, &size, &type, 0) == 0)
        server_name.assign(name, size);
    while (server_name.ends_with('\0')) server_name.pop_back();
    return {.version = "TLSv1.3",
            .cipher = suite_name(::gnutls_cipher_get(session_)),
            .alpn = credentials_->protocol_,
            .server_name = server_name,
            .resumed = ::gnutls_session_is_resumed(session_) != 0};
}

}  // namespace pottle::net::quic
