// SPDX-License-Identifier: MIT
#include "payload.hpp"

#include <pottle/crypto/serializer.hpp>

namespace pottle::crypto {

namespace {

SignerOptions signer_options(const SerializerOptions& options) {
    return {.salt = options.salt,
            .separator = options.separator,
            .key_derivation = options.key_derivation,
            .hash = options.hash};
}

/// As Python's json.dumps() without arguments.
constexpr JsonDumpOptions kPythonJson{.spaced = true, .escape_ascii = true};
/// As itsdangerous writes the URL-safe forms: no spaces, raw UTF-8.
constexpr JsonDumpOptions kCompactJson{};

std::unexpected<Error> too_large() {
    return fail(Error::peer(Errc::TooLarge, 413, "The signed payload is too large."));
}

}  // namespace

Serializer::Serializer(const SecretKeys& keys, const SerializerOptions& options)
    : signer_(keys, signer_options(options)), max_document_(options.max_document) {}

std::string Serializer::dumps(const JsonValue& value) const {
    std::string text = value.dump(kPythonJson);
    signer_.append_signature(text);
    return text;
}

Result<JsonValue> Serializer::loads(std::string_view text) const {
    const Result<std::string_view> document = signer_.unsign(text);
    if (!document) return fail(document.error());
    if (document->size() > max_document_) return too_large();
    return JsonValue::parse(*document);
}

TimedSerializer::TimedSerializer(const SecretKeys& keys, const SerializerOptions& options)
    : signer_(keys, signer_options(options)), max_document_(options.max_document) {}

std::string TimedSerializer::dumps(const JsonValue& value, std::int64_t now) const {
    std::string text = value.dump(kPythonJson);
    signer_.append_signature(text, now);
    return text;
}

Result<TimedDocument> TimedSerializer::loads(std::string_view text, std::int64_t now,
                                             std::optional<std::int64_t> max_age_seconds) const {
    const Result<TimestampedValue> found = signer_.unsign(text, now, max_age_seconds);
    if (!found) return fail(found.error());
    if (found->value.size() > max_document_) return too_large();
    Result<JsonValue> value = JsonValue::parse(found->value);
    if (!value) return fail(value.error());
    return TimedDocument{std::move(*value), found->signed_at};
}

UrlSafeSerializer::UrlSafeSerializer(const SecretKeys& keys, const SerializerOptions& options)
    : signer_(keys, signer_options(options)),
      max_document_(options.max_document),
      compress_above_(options.compress_above) {}

std::string UrlSafeSerializer::dumps(const JsonValue& value) const {
    std::string text;
    append_payload(text, value.dump(kCompactJson), compress_above_);
    signer_.append_signature(text);
    return text;
}

Result<JsonValue> UrlSafeSerializer::loads(std::string_view text) const {
    const Result<std::string_view> payload = signer_.unsign(text);
    if (!payload) return fail(payload.error());
    const Result<std::string> document = read_payload(*payload, max_document_);
    if (!document) return fail(document.error());
    return JsonValue::parse(*document);
}

UrlSafeTimedSerializer::UrlSafeTimedSerializer(const SecretKeys& keys,
                                               const SerializerOptions& options)
    : signer_(keys, signer_options(options)),
      max_document_(options.max_document),
      compress_above_(options.compress_above) {}

std::string UrlSafeTimedSerializer::dumps(const JsonValue& value, std::int64_t now) const {
    return sign_document(value.dump(kCompactJson), now);
}

Result<TimedDocument> UrlSafeTimedSerializer::loads(
    std::string_view text, std::int64_t now, std::optional<std::int64_t> max_age_seconds) const {
    const Result<TimestampedValue> found = signer_.unsign(text, now, max_age_seconds);
    if (!found) return fail(found.error());
    const Result<std::string> document = read_payload(found->value, max_document_);
    if (!document) return fail(document.error());
    Result<JsonValue> value = JsonValue::parse(*document);
    if (!value) return fail(value.error());
    return TimedDocument{std::move(*value), found->signed_at};
}

std::string UrlSafeTimedSerializer::sign_document(std::string_view json, std::int64_t now) const {
    std::string text;
    constexpr std::size_t kSignature = 48;  // with a timestamp, of SHA-1
    text.reserve(json.size() / 3 * 4 + kSignature);
    append_payload(text, json, compress_above_);
    signer_.append_signature(text, now);
    return text;
}

Result<std::string> UrlSafeTimedSerializer::unsign_document(
    std::string_view text, std::int64_t now, std::optional<std::int64_t> max_age_seconds) const {
    const Result<TimestampedValue> found = signer_.unsign(text, now, max_age_seconds);
    if (!found) return fail(found.error());
    return read_payload(found->value, max_document_);
}

}  // namespace pottle::crypto
