// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/signer.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::crypto;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;

Errc code_of(const auto& result) {
    return result ? Errc::None : result.error().code;
}

}  // namespace

TEST_CASE("Signer: the signatures of itsdangerous in every derivation and hash (SES-7)") {
    struct Row {
        KeyDerivation derivation;
        Hash hash;
        const char* text;
    };
    // Made by itsdangerous 2.1.2: Signer("secret", key_derivation=..., digest_method=...).
    const Row rows[] = {
        {KeyDerivation::DjangoConcat, Hash::Sha1, "value.-2b2Vg1X_KBU1C6DLNDlPUR2w6M"},
        {KeyDerivation::DjangoConcat, Hash::Sha256,
         "value.7bDKX0xNylsIHCxwVgvVBeJgXPOcAhPHV2ik6SVsWpU"},
        {KeyDerivation::DjangoConcat, Hash::Sha512,
         "value.mj4FpzGL9zpKE-0LtTyFnOi8rPGi9pPbv9Ro6Tl66NnLKV4qxU4BuJ5Bj1kwhfgpsyUmL1re7Tj9YDgqV"
         "Qt1ig"},
        {KeyDerivation::Concat, Hash::Sha1, "value.R604j4gGWsIIw7t8ASqRpFifq3c"},
        {KeyDerivation::Concat, Hash::Sha256, "value.194cCy1trES_KSH54htcoP4fV9Dkkp4ciBCy0os7BMY"},
        {KeyDerivation::Hmac, Hash::Sha1, "value.v09Q6wJXGxW6ZG4u4oWFQiErfbk"},
        {KeyDerivation::Hmac, Hash::Sha512,
         "value.jNua8VKisEg3gefxv1XNQgGaLayiTSM90HSPWBrPKaeVuBF7u3Fv6Gnny_j_FeWJMGyw1-pXVzuvjyXLP"
         "u5M6A"},
        {KeyDerivation::None, Hash::Sha1, "value.Mwty04TfQa30QOHYrrVDq3Puy4o"},
        {KeyDerivation::None, Hash::Sha256, "value.UOA-vmW-mLuL8RuiyJLVTAeayisNOwFidpxtdXolQ08"},
    };
    for (const Row& row : rows) {
        const Signer signer({"secret"}, {.key_derivation = row.derivation, .hash = row.hash});
        CHECK(signer.sign("value") == row.text);
        CHECK(signer.unsign(row.text).value() == "value");
    }
}

TEST_CASE("Signer: the key that Flask's sessions derive (SES-3)") {
    CHECK(ascii::hex(hmac(Hash::Sha1, "secret", "cookie-session").view()) ==
          "76bf4b286c860f1c747b43f516ab8a80afc83484");
}

TEST_CASE("Signer: a changed value, signature or salt does not verify (SES-4)") {
    const Signer signer({"secret"}, {.salt = "one"});
    const std::string text = signer.sign("a.b");
    CHECK(signer.unsign(text).value() == "a.b");
    CHECK(code_of(Signer({"secret"}, {.salt = "two"}).unsign(text)) == Errc::BadSignature);
    CHECK(code_of(Signer({"Secret"}, {.salt = "one"}).unsign(text)) == Errc::BadSignature);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] ^= 1;
        CHECK(code_of(signer.unsign(changed)) == Errc::BadSignature);
        CHECK(code_of(signer.unsign(text.substr(0, i))) == Errc::BadSignature);
    }
    CHECK(code_of(signer.unsign(text + "=")) == Errc::BadSignature);
    CHECK(code_of(signer.unsign("")) == Errc::BadSignature);
    CHECK(code_of(signer.unsign(".")) == Errc::BadSignature);
}

TEST_CASE("Signer: the newest key signs and all verify (SES-6)") {
    const Signer before({"old"});
    const Signer after({"older", "old", "new"});
    CHECK(after.sign("x") == Signer({"new"}).sign("x"));
    CHECK(after.unsign(before.sign("x")).value() == "x");
    CHECK(code_of(before.unsign(after.sign("x"))) == Errc::BadSignature);
}

TEST_CASE("Signer: refuses to be made without a key or with a separator of base64's letters") {
    CHECK_THROWS_AS(Signer({}), LogicError);
    for (const char* separator : {"", "a", "7", "-", "_", "="})
        CHECK_THROWS_AS(Signer({"k"}, {.separator = separator}), LogicError);
    const Signer signer({"k"}, {.separator = ":"});
    CHECK(signer.unsign(signer.sign("a:b")).value() == "a:b");
}

TEST_CASE("TimestampSigner: the text of itsdangerous, the time without its leading zeros (SES-2)") {
    const TimestampSigner signer({"secret"});
    CHECK(signer.sign("value", kNow) == "value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI");
    const auto found = signer.unsign("value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI", kNow);
    REQUIRE(found);
    CHECK(found->value == "value");
    CHECK(found->signed_at == kNow);
    CHECK(signer.sign("", 0).starts_with(".."));  // nothing is left of a zero
    CHECK(signer.unsign(signer.sign("", 0), 0).value().signed_at == 0);
}

TEST_CASE("TimestampSigner: refuses what is older than allowed or from the future (SES-5)") {
    const TimestampSigner signer({"secret"});
    const std::string text = signer.sign("value", kNow);
    CHECK(signer.unsign(text, kNow, 0));
    CHECK(signer.unsign(text, kNow + 10, 10));
    CHECK(code_of(signer.unsign(text, kNow + 11, 10)) == Errc::SignatureExpired);
    CHECK(code_of(signer.unsign(text, kNow - 1, 10)) == Errc::SignatureExpired);
    CHECK(signer.unsign(text, kNow - 1));  // no age asked for
}

TEST_CASE("TimestampSigner: refuses a signed text without a timestamp (SES-5)") {
    const TimestampSigner timed({"secret"});
    const Signer plain({"secret"});
    for (const char* value :
         {"value", "value.", "value.!!", "value.AAAAAAAAAAAA", "value.A", "value.__________8"}) {
        const auto result = timed.unsign(plain.sign(value), kNow, 10);
        const Errc code = code_of(result);
        // An empty timestamp is a zero, and expired.
        CHECK(code ==
              (std::string_view(value) == "value." ? Errc::SignatureExpired : Errc::Malformed));
    }
    CHECK(code_of(timed.unsign("value.ZVPxAA.x", kNow)) == Errc::BadSignature);
}
