// SPDX-License-Identifier: MIT
#include "hasher.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/constant_time.hpp>
#include <pottle/crypto/signer.hpp>

#include <array>
#include <limits>

namespace pottle::crypto {

namespace {

bool may_be_in_signature(std::string_view separator) {
    if (separator.size() != 1) return separator.empty();
    const char c = separator.front();
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == '=';
}

HmacKey derive(const std::string& key, const SignerOptions& options) {
    Hasher hasher(options.hash);
    switch (options.key_derivation) {
        case KeyDerivation::None:
            return {options.hash, key};
        case KeyDerivation::Hmac:
            return {options.hash, hmac(options.hash, key, options.salt).view()};
        case KeyDerivation::Concat:
            hasher.update(options.salt);
            break;
        case KeyDerivation::DjangoConcat:
            hasher.update(options.salt);
            hasher.update("signer");
            break;
    }
    hasher.update(key);
    return {options.hash, hasher.finish().view()};
}

std::unexpected<Error> bad_signature() {
    return fail(Error::peer(Errc::BadSignature, 400, "The signature does not match."));
}
std::unexpected<Error> malformed_timestamp() {
    return fail(Error::peer(Errc::Malformed, 400, "The signed value has no valid timestamp."));
}

/// Big-endian, without leading zeros: itsdangerous leaves nothing of a zero.
std::string timestamp_text(std::int64_t seconds) {
    std::string octets;
    for (int shift = 56; shift >= 0; shift -= 8) {
        const auto octet = static_cast<char>(static_cast<std::uint64_t>(seconds) >> shift & 0xFF);
        if (octet != 0 || !octets.empty()) octets.push_back(octet);
    }
    return base64url(octets);
}

std::optional<std::int64_t> read_timestamp(std::string_view text) {
    constexpr std::size_t kMaxText = 11;  // of eight octets
    if (text.size() > kMaxText) return std::nullopt;
    const std::optional<std::string> octets = decode_base64url(text);
    if (!octets) return std::nullopt;
    std::uint64_t seconds = 0;
    for (const char c : *octets) seconds = seconds << 8 | static_cast<unsigned char>(c);
    if (seconds > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

}  // namespace

Signer::Signer(const SecretKeys& keys, SignerOptions options)
    : separator_(std::move(options.separator)) {
    POTTLE_REQUIRE(!keys.empty(), "a Signer needs a secret key");
    POTTLE_REQUIRE(!may_be_in_signature(separator_),
                   "the separator of a Signer must not be a part of base64url text");
    for (auto key = keys.rbegin(); key != keys.rend(); ++key)
        keys_.push_back(derive(*key, options));
}

void Signer::append_signature(std::string& out, std::size_t begin) const {
    const Digest digest = keys_.front().sign(std::string_view(out).substr(begin));
    out += separator_;
    append_base64url(out, digest.view());
}

std::string Signer::sign(std::string_view value) const {
    std::string text(value);
    append_signature(text);
    return text;
}

bool Signer::verify(std::string_view value, std::string_view signature) const {
    // The text is compared and not the octets, so that each value has one valid signature.
    std::array<char, (Digest::kMaxSize + 2) / 3 * 4> text;
    for (const HmacKey& key : keys_) {
        const std::size_t size = write_base64url(text, key.sign(value).view());
        if (constant_time_equal({text.data(), size}, signature)) return true;
    }
    return false;
}

Result<std::string_view> Signer::unsign(std::string_view signed_value) const {
    const std::size_t end = signed_value.rfind(separator_);
    if (end == signed_value.npos) return bad_signature();
    const std::string_view value = signed_value.substr(0, end);
    if (!verify(value, signed_value.substr(end + separator_.size()))) return bad_signature();
    return value;
}

void TimestampSigner::append_signature(std::string& out, std::int64_t now) const {
    out += signer_.separator();
    out += timestamp_text(now);
    signer_.append_signature(out);
}

std::string TimestampSigner::sign(std::string_view value, std::int64_t now) const {
    std::string text(value);
    append_signature(text, now);
    return text;
}

Result<TimestampedValue> TimestampSigner::unsign(
    std::string_view signed_value, std::int64_t now,
    std::optional<std::int64_t> max_age_seconds) const {
    const Result<std::string_view> unsigned_value = signer_.unsign(signed_value);
    if (!unsigned_value) return fail(unsigned_value.error());
    const std::string& separator = signer_.separator();
    const std::size_t end = unsigned_value->rfind(separator);
    if (end == unsigned_value->npos) return malformed_timestamp();
    const auto signed_at = read_timestamp(unsigned_value->substr(end + separator.size()));
    if (!signed_at) return malformed_timestamp();
    // A signature from the future has no age: somebody's clock is wrong.
    if (max_age_seconds && (*signed_at > now || now - *signed_at > *max_age_seconds))
        return fail(Error::peer(Errc::SignatureExpired, 400, "The signed value has expired."));
    return TimestampedValue{unsigned_value->substr(0, end), *signed_at};
}

}  // namespace pottle::crypto
