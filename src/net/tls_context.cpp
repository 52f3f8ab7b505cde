// SPDX-License-Identifier: MIT
#include "error_text.hpp"
#include "openssl_ptr.hpp"
#include "ticket_keys.hpp"
#include "tls_bio.hpp"

#include <pottle/net/tls_context.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace pottle::net {

struct detail::TlsContextState {
    OpensslPtr<SSL_CTX, &::SSL_CTX_free> context;
    BioMethodPtr bio_method;
    OpensslPtr<EVP_CIPHER, &::EVP_CIPHER_free> ticket_cipher;
    TicketKeys ticket_keys;
    std::string alpn;  ///< RFC 7301 3.1: each name with its length before it

    explicit TlsContextState(const TlsOptions& options)
        : ticket_keys(options.ticket_key_lifetime) {}
    SSL_CTX* native() const noexcept { return context.get(); }

    static TlsContextState& of(SSL* connection) noexcept {
        return *static_cast<TlsContextState*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(connection)));
    }
};

namespace {

using State = detail::TlsContextState;
using Outcome = SetupResult<>;

std::unexpected<SetupError> bad_setting(std::string message, int error = 0) {
    return std::unexpected(SetupError{Errc::TlsConfig, error, std::move(message)});
}

/// OpenSSL's queue of errors, emptied: the first is the cause, the last who passed it on.
class OpensslErrors {
public:
    OpensslErrors() {
        while (const unsigned long code = ::ERR_get_error()) codes_.push_back(code);
    }
    bool contain(int library, int reason) const {
        return std::ranges::any_of(codes_, [&](unsigned long code) {
            return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
        });
    }
    std::string cause() const {
        const char* text = codes_.empty() ? nullptr : ::ERR_reason_error_string(codes_.front());
        return text ? text : "unknown reason";
    }

private:
    std::vector<unsigned long> codes_;
};

/// OpenSSL's messages do not tell a missing file from an unreadable one.
Outcome check_readable(std::string_view what, const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    return bad_setting(
        fmt::format("{} file '{}' cannot be read: {}", what, file, error_text(errno)), errno);
}

Outcome load_certificate(SSL_CTX* context, const TlsOptions& options) {
    const std::string& file = options.certificate_file;
    POTTLE_TRY(check_readable("certificate", file));
    ::ERR_clear_error();
    if (::SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1) return {};
    const OpensslErrors errors;
    if (errors.contain(ERR_LIB_PEM, PEM_R_NO_START_LINE))
        return bad_setting(fmt::format("certificate file '{}' holds no PEM certificate", file));
    return bad_setting(
        fmt::format("certificate file '{}' cannot be used: {}", file, errors.cause()));
}

struct PasswordRequest {
    std::string_view password;
    bool asked = false;
};

int give_password(char* buffer, int size, int, void* context) {
    auto& request = *static_cast<PasswordRequest*>(context);
    request.asked = true;
    const std::size_t length = std::min<std::size_t>(request.password.size(), std::size_t(size));
    request.password.copy(buffer, length);
    return int(length);
}

Outcome load_key(SSL_CTX* context, const TlsOptions& options) {
    const std::string& file = options.key_file;
    POTTLE_TRY(check_readable("key", file));
    ::ERR_clear_error();
    const OpensslPtr<BIO, &::BIO_free_all> source(::BIO_new_file(file.c_str(), "r"));
    PasswordRequest request{options.key_password};
    const OpensslPtr<EVP_PKEY, &::EVP_PKEY_free> key(
        source ? ::PEM_read_bio_PrivateKey(source.get(), nullptr, give_password, &request)
               : nullptr);
    if (!key && request.asked)
        return bad_setting(
            request.password.empty()
                ? fmt::format("key file '{}' is encrypted and no password is given", file)
                : fmt::format("the password does not open key file '{}'", file));
    const OpensslErrors errors;
    if (!key && (errors.contain(ERR_LIB_PEM, PEM_R_NO_START_LINE) ||
                 errors.contain(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED)))
        return bad_setting(fmt::format("key file '{}' holds no PEM private key", file));
    if (!key)
        return bad_setting(fmt::format("key file '{}' cannot be used: {}", file, errors.cause()));
    if (::SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        ::SSL_CTX_check_private_key(context) != 1)
        return bad_setting(fmt::format("the key in '{}' does not belong to the certificate in '{}'",
                                       file, options.certificate_file));
    return {};
}

Outcome set_algorithms(SSL_CTX* context, const TlsOptions& options) {
    ::SSL_CTX_set_min_proto_version(context, options.minimum_version == TlsOptions::Version::Tls13
                                                 ? TLS1_3_VERSION
                                                 : TLS1_2_VERSION);
    // Renegotiation lets a client make the server work for nothing; compression leaks what it
    // compresses (CRIME).
    ::SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                       SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    if (::SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) != 1)
        return bad_setting(
            fmt::format("the list of TLS 1.2 ciphers '{}' selects none", options.ciphers));
    if (::SSL_CTX_set_ciphersuites(context, options.cipher_suites.c_str()) != 1)
        return bad_setting(fmt::format("the list of TLS 1.3 cipher suites '{}' has an unknown name",
                                       options.cipher_suites));
    if (::SSL_CTX_set1_groups_list(context, options.groups.c_str()) != 1)
        return bad_setting(fmt::format("the list of key exchange groups '{}' has an unknown name",
                                       options.groups));
    SSL_CTX_set_dh_auto(context, 1);  // only if the cipher list was changed to have DHE
    return {};
}

Outcome set_client_verification(SSL_CTX* context, const TlsOptions& options) {
    if (options.verify_client == TlsOptions::Verify::None) return {};
    const std::string& file = options.client_ca_file;
    if (file.empty()) return bad_setting("verifying clients needs a file of their authorities");
    POTTLE_TRY(check_readable("client authority", file));
    ::ERR_clear_error();
    STACK_OF(X509_NAME)* names = ::SSL_load_client_CA_file(file.c_str());
    if (!names || ::SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
        sk_X509_NAME_pop_free(names, ::X509_NAME_free);
        return bad_setting(
            fmt::format("client authority file '{}' holds no PEM certificate", file));
    }
    ::SSL_CTX_set_client_CA_list(context, names);
    const bool required = options.verify_client == TlsOptions::Verify::Required;
    ::SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    return {};
}

SetupResult<std::string> encode_alpn(const std::vector<std::string>& names) {
    std::string wire;
    for (const std::string& name : names) {
        if (name.empty() || name.size() > 255)
            return bad_setting(fmt::format("the ALPN name '{}' is not 1 to 255 bytes long", name));
        wire += static_cast<char>(name.size());
        wire += name;
    }
    return wire;
}

int choose_alpn(SSL* connection, const unsigned char** chosen, unsigned char* chosen_size,
                const unsigned char* offered, unsigned offered_size, void*) {
    const std::string& ours = State::of(connection).alpn;
    unsigned char* selected = nullptr;
    // The first list has the preference: ours.
    const int outcome = ::SSL_select_next_proto(&selected, chosen_size,
                                                reinterpret_cast<const unsigned char*>(ours.data()),
                                                unsigned(ours.size()), offered, offered_size);
    *chosen = selected;
    // RFC 7301 3.2: no protocol in common is fatal.
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool use_mac_key(EVP_MAC_CTX* mac, TicketKey& key) {
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        ::OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac_key.data(),
                                            key.mac_key.size()),
        ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        ::OSSL_PARAM_construct_end(),
    };
    return ::EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

/// SSL_CTX_set_tlsext_ticket_key_evp_cb(3). Returns: 1 done, 2 done and renew the ticket, 0 ticket
/// unknown or none to be sent, -1 error.
int ticket_key(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac, int sealing) {
    State& state = State::of(connection);
    const SteadyTime now = std::chrono::steady_clock::now();
    if (sealing) {
        auto key = state.ticket_keys.current(now);
        if (!key || ::RAND_bytes(iv, EVP_MAX_IV_LENGTH) != 1) return -1;
        std::ranges::copy(key->name, name);
        const bool ready = ::EVP_EncryptInit_ex2(cipher, state.ticket_cipher.get(),
                                                 key->cipher_key.data(), iv, nullptr) == 1 &&
                           use_mac_key(mac, *key);
        return ready ? 1 : -1;
    }
    auto found = state.ticket_keys.find(
        std::span<const std::uint8_t, TicketKey::kNameSize>(name, TicketKey::kNameSize), now);
    if (!found) return 0;
    const bool ready = ::EVP_DecryptInit_ex2(cipher, state.ticket_cipher.get(),
                                             found->key.cipher_key.data(), iv, nullptr) == 1 &&
                       use_mac_key(mac, found->key);
    if (!ready) return -1;
    return found->outdated ? 2 : 1;
}

void set_resumption(SSL_CTX* context, const TlsOptions& options) {
    // Tickets only: no table of sessions to bound, to lock and to share between processes.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    static constexpr unsigned char kContextId[] = "pottle";
    ::SSL_CTX_set_session_id_context(context, kContextId, sizeof kContextId - 1);
    ::SSL_CTX_set_num_tickets(context, options.session_tickets);
    if (options.session_tickets == 0) {
        ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        return;
    }
    ::SSL_CTX_set_timeout(context, long(options.ticket_key_lifetime.count()));
    ::SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key);
}

}  // namespace

SetupResult<std::unique_ptr<TlsContext>> TlsContext::make(const TlsOptions& options) {
    auto state = std::make_unique<State>(options);
    state->context.reset(::SSL_CTX_new(::TLS_server_method()));
    state->bio_method = make_tls_bio_method();
    state->ticket_cipher.reset(::EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
    if (!state->context || !state->bio_method || !state->ticket_cipher)
        return bad_setting("OpenSSL cannot be initialised: " + OpensslErrors().cause());
    SSL_CTX* context = state->native();
    SSL_CTX_set_app_data(context, state.get());

    POTTLE_TRY(set_algorithms(context, options));
    POTTLE_TRY(load_certificate(context, options));
    POTTLE_TRY(load_key(context, options));
    POTTLE_TRY(set_client_verification(context, options));
    auto alpn = encode_alpn(options.alpn);
    if (!alpn) return std::unexpected(std::move(alpn).error());
    state->alpn = std::move(*alpn);
    if (!state->alpn.empty()) ::SSL_CTX_set_alpn_select_cb(context, choose_alpn, nullptr);
    set_resumption(context, options);
    // An idle connection gives its record buffers back; all that the socket has is read at once.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

TlsContext::TlsContext(std::unique_ptr<detail::TlsContextState> state) noexcept
    : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

ssl_ctx_st* TlsContext::native() const noexcept {
    return state_->native();
}
const bio_method_st* TlsContext::bio_method() const noexcept {
    return state_->bio_method.get();
}

}  // namespace pottle::net
