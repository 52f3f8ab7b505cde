// SPDX-License-Identifier: MIT
#include "secrets.hpp"
#include "tls_session.hpp"

#include <pottle/net/quic/context.hpp>

#include <utility>

#include <gnutls/crypto.h>

namespace pottle::net {

SetupResult<std::unique_ptr<QuicContext>> QuicContext::make(const TlsOptions& tls,
                                                            const QuicOptions& options,
                                                            std::string protocol) {
    auto secrets = std::make_unique<quic::Secrets>();
    for (auto* secret : {&secrets->tokens, &secrets->stateless_resets, &secrets->connection_ids})
        if (::gnutls_rnd(GNUTLS_RND_KEY, secret->data(), secret->size()) != 0)
            return std::unexpected(
                SetupError{Errc::TlsConfig, 0, "the system has no randomness for QUIC's secrets"});
    auto credentials = quic::TlsCredentials::make(tls, options, std::move(protocol));
    if (!credentials) return std::unexpected(std::move(credentials).error());
    return std::unique_ptr<QuicContext>(
        new QuicContext(options, std::move(secrets), std::move(*credentials)));
}

QuicContext::QuicContext(const QuicOptions& options, std::unique_ptr<quic::Secrets> secrets,
                         std::unique_ptr<quic::TlsCredentials> credentials) noexcept
    : options_(options), secrets_(std::move(secrets)), credentials_(std::move(credentials)) {}
QuicContext::~QuicContext() = default;

}  // namespace pottle::net
