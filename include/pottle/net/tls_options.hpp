// SPDX-License-Identifier: MIT
/// \file
/// TlsOptions: how connections are encrypted. Checked by TlsContext::make (tls_context.hpp).
#pragma once

#include <pottle/base/chrono.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace pottle::net {

struct TlsOptions {
    enum class Version : std::uint8_t { Tls12, Tls13 };
    /// Whether clients are asked for a certificate.
    enum class Verify : std::uint8_t {
        None,
        Optional,  ///< one that is given must be valid
        Required,
    };

    std::string certificate_file = {};  ///< PEM: the server's certificate, then its chain
    std::string key_file = {};          ///< PEM: the private key of the first certificate
    std::string key_password = {};      ///< for an encrypted key

    Version minimum_version = Version::Tls12;
    /// TLS 1.2, OpenSSL's syntax. Forward secrecy and authenticated encryption only.
    std::string ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
    /// TLS 1.3. AES-128 first: its SHA-256 key schedule is the cheapest, and it is as safe.
    std::string cipher_suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    /// Key exchange groups in order of preference. X25519 is the fastest, and what browsers offer.
    std::string groups = "X25519:P-256:P-384";
    /// Protocols by preference (RFC 7301). A client that offers ALPN and none of these is refused;
    /// one that offers no ALPN is not. Empty: no ALPN.
    std::vector<std::string> alpn = {"h2", "http/1.1"};

    /// TLS 1.3 tickets sent after a full handshake, as many as OpenSSL and nginx send: browsers
    /// open connections in pairs. 0: no resumption at all, in TLS 1.2 either.
    unsigned session_tickets = 2;
    /// A new ticket key is made this often; tickets of the previous key are still accepted.
    Seconds ticket_key_lifetime{3600};

    Verify verify_client = Verify::None;
    std::string client_ca_file = {};  ///< PEM: who may sign clients' certificates
};

}  // namespace pottle::net
