// SPDX-License-Identifier: MIT
/// \file
/// TlsContext: certificate, key and settings of TLS binds, ready for use by every loop.
#pragma once

#include <pottle/net/setup_error.hpp>
#include <pottle/net/tls_options.hpp>

#include <memory>

struct ssl_ctx_st;
struct bio_method_st;

namespace pottle::net {

namespace detail {
struct TlsContextState;
}

/// A resource, shared by all loops; unchanging but for its ticket keys, which have a lock.
/// Lifetime: outlives the acceptors that use it and their connections.
class TlsContext {
public:
    /// Reads the files and checks every option.
    ///
    /// Errors: Errc::TlsConfig; the message names the file and the cause (cannot be read, holds no
    /// certificate, wrong password, the key belongs to another certificate, ...) or the option.
    static SetupResult<std::unique_ptr<TlsContext>> make(const TlsOptions& options);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// OpenSSL's SSL_CTX and the BIO_METHOD of its connections, for TlsStream.
    ssl_ctx_st* native() const noexcept;
    const bio_method_st* bio_method() const noexcept;

private:
    explicit TlsContext(std::unique_ptr<detail::TlsContextState> state) noexcept;

    std::unique_ptr<detail::TlsContextState> state_;
};

}  // namespace pottle::net
