// SPDX-License-Identifier: MIT
/// \file
/// Hasher: one running digest. OpenSSL's own EVP contexts allocate and fetch the algorithm each
/// time, which costs more than the hash of a cookie; its plain contexts are structs that can be
/// copied. OpenSSL 3 calls them deprecated and keeps them.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED

#include <pottle/crypto/digest.hpp>

#include <cstddef>
#include <string_view>

#include <openssl/md5.h>
#include <openssl/sha.h>

namespace pottle::crypto {

/// A trivially copyable value: a copy goes on from where the original stood.
class Hasher {
public:
    explicit Hasher(Hash hash) noexcept;

    void update(std::string_view octets) noexcept;
    /// The digest; the hasher is used up.
    Digest finish() noexcept;

    /// What HMAC pads its key to (RFC 2104 2).
    static std::size_t block_size(Hash hash) noexcept;

private:
    union Context {
        MD5_CTX md5;
        SHA_CTX sha1;
        SHA256_CTX sha256;
        SHA512_CTX sha512;
    };

    Context context_;
    Hash hash_;
};

}  // namespace pottle::crypto
