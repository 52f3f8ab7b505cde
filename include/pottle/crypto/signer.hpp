// SPDX-License-Identifier: MIT
/// \file
/// Signer and TimestampSigner: text that carries its own signature, in the formats of Python's
/// itsdangerous, so that either side reads what the other signed. Documents are serializer.hpp.
///
///     value "." signature
///     value "." timestamp "." signature
///
/// Signed is not secret: whoever holds the text can read it.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/crypto/hmac.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::crypto {

/// How the key that signs is made of a secret key and the salt.
enum class KeyDerivation : std::uint8_t {
    DjangoConcat,  ///< hash(salt, "signer", key)
    Concat,        ///< hash(salt, key)
    Hmac,          ///< hmac(key, salt)
    None           ///< the secret key itself; the salt has no say
};

/// From the oldest to the newest: the newest signs, all verify.
using SecretKeys = std::vector<std::string>;

struct SignerOptions {
    /// Not a secret: a name for the purpose, so that what was signed for one is worth nothing for
    /// another.
    std::string salt = "itsdangerous.Signer";
    std::string separator = ".";
    KeyDerivation key_derivation = KeyDerivation::DjangoConcat;
    Hash hash = Hash::Sha1;
};

/// Signs and verifies. A value; the keys are derived once, when it is made.
///
/// Thread: const members may be called from any thread.
class Signer {
public:
    /// Errors: throws LogicError without a key, and for a separator that may be part of a
    /// signature (empty, or a letter, digit, '-', '_' or '=').
    explicit Signer(const SecretKeys& keys, SignerOptions options = {});

    std::string sign(std::string_view value) const;
    /// The value without its signature. Lifetime: a part of `signed_value`.
    /// Returns: Errc::BadSignature when no key made it.
    Result<std::string_view> unsign(std::string_view signed_value) const;

    /// Appends the separator and the signature of what stands in `out` from `begin` on.
    void append_signature(std::string& out, std::size_t begin = 0) const;
    bool verify(std::string_view value, std::string_view signature) const;
    const std::string& separator() const noexcept { return separator_; }

private:
    std::string separator_;
    std::vector<HmacKey> keys_;  // the newest first
};

/// What TimestampSigner found in a signed text.
struct TimestampedValue {
    std::string_view value;
    std::int64_t signed_at;  ///< Unix time in seconds
};

/// A Signer whose signatures cover the time when they were made. Times are Unix seconds and given
/// by the caller.
class TimestampSigner {
public:
    explicit TimestampSigner(const SecretKeys& keys, SignerOptions options = {})
        : signer_(keys, std::move(options)) {}

    std::string sign(std::string_view value, std::int64_t now) const;
    /// Verifies signature and age. `max_age_seconds`: without one any age will do.
    ///
    /// Returns: Errc::BadSignature; Errc::Malformed when the timestamp is missing or is none;
    ///          Errc::SignatureExpired when it is older than `max_age_seconds` or later than `now`.
    Result<TimestampedValue> unsign(std::string_view signed_value, std::int64_t now,
                                    std::optional<std::int64_t> max_age_seconds = {}) const;
    /// Appends timestamp and signature to what stands in `out`.
    void append_signature(std::string& out, std::int64_t now) const;

private:
    Signer signer_;
};

}  // namespace pottle::crypto
