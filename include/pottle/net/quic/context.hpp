// SPDX-License-Identifier: MIT
/// \file
/// QuicContext: what all QUIC endpoints of a process share: certificate, key, options, and the
/// secrets that make tokens and stateless resets valid on every loop.
#pragma once

#include <pottle/net/quic/options.hpp>
#include <pottle/net/setup_error.hpp>
#include <pottle/net/tls_options.hpp>

#include <memory>
#include <string>

namespace pottle::net {

namespace quic {
struct Secrets;
class TlsCredentials;
}  // namespace quic

/// A resource, shared by all loops; unchanging but for its store of seen 0-RTT handshakes, which
/// has a lock.
class QuicContext {
public:
    /// Reads certificate and key from the files of TLS on TCP. TLS 1.3 only, whatever `tls` says.
    /// `protocol`: the one ALPN name, for example "h3".
    ///
    /// Errors: Errc::TlsConfig; the message names the file and the cause.
    static SetupResult<std::unique_ptr<QuicContext>> make(const TlsOptions& tls,
                                                          const QuicOptions& options,
                                                          std::string protocol);
    ~QuicContext();
    QuicContext(const QuicContext&) = delete;
    QuicContext& operator=(const QuicContext&) = delete;

    const QuicOptions& options() const noexcept { return options_; }
    const quic::Secrets& secrets() const noexcept { return *secrets_; }
    quic::TlsCredentials& credentials() const noexcept { return *credentials_; }

private:
    QuicContext(const QuicOptions& options, std::unique_ptr<quic::Secrets> secrets,
                std::unique_ptr<quic::TlsCredentials> credentials) noexcept;

    const QuicOptions options_;
    std::unique_ptr<quic::Secrets> secrets_;
    std::unique_ptr<quic::TlsCredentials> credentials_;
};

}  // namespace pottle::net
