// SPDX-License-Identifier: MIT
/// \file
/// Serializers: documents as signed text, in the formats of Python's itsdangerous: for links in
/// mails, hidden form fields, cookies, tokens between services.
///
///     Serializer, TimedSerializer               JSON as it is, signed
///     UrlSafeSerializer, UrlSafeTimedSerializer  compact JSON, compressed when that is shorter,
///                                                base64url, signed
///
/// The Timed ones cover the time of signing. Signed is not secret.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/crypto/signer.hpp>
#include <pottle/json/value.hpp>

namespace pottle::crypto {

struct SerializerOptions {
    std::string salt = "itsdangerous";
    std::string separator = ".";
    KeyDerivation key_derivation = KeyDerivation::DjangoConcat;
    Hash hash = Hash::Sha1;
    /// Of the document once it is inflated: a few KiB of text could otherwise become megabytes.
    ByteCount max_document = 1_MiB;
    /// Of the URL-safe forms: documents up to this size are not tried to be compressed, which costs
    /// more than everything else about a small one. Readers take either form.
    ByteCount compress_above = 0;
};

/// What became of a document, with the time of its signature.
struct TimedDocument {
    JsonValue value;
    std::int64_t signed_at;  ///< Unix time in seconds
};

/// All of these are values; const members may be called from any thread. The first of `keys` is the
/// oldest, the last one signs.
///
/// loads() returns Errc::BadSignature, Errc::SignatureExpired, Errc::Malformed for a payload that
/// is not a document, and Errc::TooLarge beyond `max_document`.
class Serializer {
public:
    explicit Serializer(const SecretKeys& keys, const SerializerOptions& options = {});

    std::string dumps(const JsonValue& value) const;
    Result<JsonValue> loads(std::string_view text) const;

private:
    Signer signer_;
    ByteCount max_document_;
};

class TimedSerializer {
public:
    explicit TimedSerializer(const SecretKeys& keys, const SerializerOptions& options = {});

    std::string dumps(const JsonValue& value, std::int64_t now) const;
    Result<TimedDocument> loads(std::string_view text, std::int64_t now,
                                std::optional<std::int64_t> max_age_seconds = {}) const;

private:
    TimestampSigner signer_;
    ByteCount max_document_;
};

class UrlSafeSerializer {
public:
    explicit UrlSafeSerializer(const SecretKeys& keys, const SerializerOptions& options = {});

    std::string dumps(const JsonValue& value) const;
    Result<JsonValue> loads(std::string_view text) const;

private:
    Signer signer_;
    ByteCount max_document_;
    ByteCount compress_above_;
};

class UrlSafeTimedSerializer {
public:
    explicit UrlSafeTimedSerializer(const SecretKeys& keys, const SerializerOptions& options = {});

    std::string dumps(const JsonValue& value, std::int64_t now) const;
    Result<TimedDocument> loads(std::string_view text, std::int64_t now,
                                std::optional<std::int64_t> max_age_seconds = {}) const;

    /// The same for who brings the document as text and reads it himself.
    std::string sign_document(std::string_view json, std::int64_t now) const;
    Result<std::string> unsign_document(std::string_view text, std::int64_t now,
                                        std::optional<std::int64_t> max_age_seconds = {}) const;

private:
    TimestampSigner signer_;
    ByteCount max_document_;
    ByteCount compress_above_;
};

}  // namespace pottle::crypto
