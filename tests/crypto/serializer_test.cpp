// SPDX-License-Identifier: MIT
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/serializer.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::crypto;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;

Errc code_of(const auto& result) {
    return result ? Errc::None : result.error().code;
}

const JsonValue& document() {
    static const JsonValue value = JsonValue::object(
        {{"id", 5}, {"name", "Zo\u00eb"}, {"x", JsonValue::array({1, 2.5, nullptr})}});
    return value;
}

}  // namespace

TEST_CASE("Serializer: the text of itsdangerous: spaced and escaped JSON, signed") {
    const Serializer serializer({"secret"});
    const std::string text =
        R"({"id": 5, "name": "Zo\u00eb", "x": [1, 2.5, null]}.OT0zwuXRfqAAPOOXL9TtCTUXbrk)";
    CHECK(serializer.dumps(document()) == text);
    CHECK(serializer.loads(text).value() == document());
}

TEST_CASE("UrlSafeSerializer: the text of itsdangerous: raw UTF-8 in base64url, signed") {
    const UrlSafeSerializer serializer({"secret"});
    const std::string text =
        "eyJpZCI6NSwibmFtZSI6Ilpvw6siLCJ4IjpbMSwyLjUsbnVsbF19.V_loh-Lckw-opibJiaFTnsJTFlA";
    CHECK(serializer.dumps(document()) == text);
    CHECK(serializer.loads(text).value() == document());
}

TEST_CASE("TimedSerializer and UrlSafeTimedSerializer: the texts of itsdangerous, with the time") {
    const SerializerOptions options{.salt = "s"};
    const JsonValue value = JsonValue::object({{"id", 5}});
    const TimedSerializer timed({"secret"}, options);
    CHECK(timed.dumps(value, kNow) == R"({"id": 5}.ZVPxAA.sXg8vvJb4wimXQQf4ZRNhm5rShQ)");
    CHECK(timed.loads(timed.dumps(value, kNow), kNow).value().signed_at == kNow);
    CHECK(timed.loads(timed.dumps(value, kNow), kNow).value().value == value);

    const UrlSafeTimedSerializer safe({"secret"}, options);
    CHECK(safe.dumps(value, kNow) == "eyJpZCI6NX0.ZVPxAA.H6eBX670xXvMvS1Du4FwUp30nqA");
    CHECK(safe.loads(safe.dumps(value, kNow), kNow + 5, 5).value().value == value);
    CHECK(code_of(safe.loads(safe.dumps(value, kNow), kNow + 6, 5)) == Errc::SignatureExpired);
}

TEST_CASE(
    "Serializer: every form refuses another's text, a wrong key and a payload that is not "
    "JSON") {
    const SecretKeys keys{"secret"};
    const Serializer plain(keys);
    const UrlSafeSerializer safe(keys);
    CHECK(code_of(safe.loads(plain.dumps(document()))) == Errc::Malformed);
    CHECK(code_of(plain.loads(safe.dumps(document()))) == Errc::Malformed);
    CHECK(code_of(UrlSafeSerializer({"other"}).loads(safe.dumps(document()))) ==
          Errc::BadSignature);
    const Signer signer(keys, {.salt = "itsdangerous"});
    for (const char* payload : {"", "%%%", "e3", "e30A", ".", ".e30", ".eJwDAAAAAAE"})
        CHECK(code_of(safe.loads(signer.sign(payload))) == Errc::Malformed);
}

TEST_CASE("UrlSafeSerializer: a document over the limit is refused, compressed or not (SES-1)") {
    const JsonValue large(std::string(100'000, 'a'));
    const SecretKeys keys{"secret"};
    const UrlSafeSerializer wide(keys);
    const UrlSafeSerializer narrow(keys, {.max_document = 4_KiB});
    const std::string text = wide.dumps(large);
    CHECK(text.size() < 300);
    CHECK(wide.loads(text).value() == large);
    CHECK(code_of(narrow.loads(text)) == Errc::TooLarge);
    const Signer signer(keys, {.salt = "itsdangerous"});
    CHECK(code_of(narrow.loads(signer.sign(base64url(large.dump())))) == Errc::TooLarge);
}
