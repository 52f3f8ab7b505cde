// SPDX-License-Identifier: MIT
/// \file
/// Signed text from outside: any octets are refused or read, in bounded memory; what was signed is
/// read back; a change of one bit is refused.
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/serializer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace pottle;
using namespace pottle::crypto;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr ByteCount kMaxDocument = 64_KiB;

void require(bool holds) {
    if (!holds) std::abort();
}

/// The text as it came: nobody signed it, unless the fuzzer is better than SHA-1.
void read_foreign(std::string_view text) {
    static const Signer signer({"a", "b"});
    static const TimestampSigner timed({"a", "b"});
    static const UrlSafeTimedSerializer serializer({"a"}, {.max_document = kMaxDocument});
    require(!signer.unsign(text));
    require(!timed.unsign(text, kNow, 10));
    require(!serializer.loads(text, kNow));
    if (const auto octets = decode_base64(text)) require(base64(*octets) == text);
    if (const auto octets = decode_base64url(text)) require(base64url(*octets) == text);
}

/// The text as a payload that somebody with the key has signed.
void read_signed(std::string_view payload) {
    static const Signer signer({"a"}, {.salt = "itsdangerous"});
    static const UrlSafeSerializer url_safe({"a"}, {.max_document = kMaxDocument});
    static const Serializer plain({"a"}, {.max_document = kMaxDocument});
    static const TimedSerializer timed({"a"}, {.max_document = kMaxDocument});
    const std::string text = signer.sign(payload);
    require(signer.unsign(text).value() == payload);
    (void)timed.loads(text, kNow, 10);
    (void)plain.loads(text);
    const Result<JsonValue> value = url_safe.loads(text);
    if (value) require(url_safe.loads(url_safe.dumps(*value)).value() == *value);
}

void change_one_bit(std::string_view value) {
    static const Signer signer({"a"});
    std::string text = signer.sign(value);
    const std::size_t at = value.empty() ? 0 : static_cast<unsigned char>(value[0]) % text.size();
    text[at] = static_cast<char>(text[at] ^ 1);
    require(!signer.unsign(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_foreign(text);
    read_signed(text);
    change_one_bit(text);
    return 0;
}
