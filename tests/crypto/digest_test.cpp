// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/crypto/constant_time.hpp>
#include <pottle/crypto/digest.hpp>
#include <pottle/crypto/hmac.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::crypto;

namespace {
std::string hex(const Digest& digest) {
    return ascii::hex(digest.view());
}
}  // namespace

TEST_CASE("digest: published digests of abc (RFC 1321 A.5, FIPS 180-4)") {
    CHECK(hex(md5("abc")) == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(digest(Hash::Sha384, "abc")) ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          "8086072ba1e7cc2358baeca134c825a7");
    CHECK(hex(digest(Hash::Sha512, "abc")) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("digest: of nothing, and of more than a block") {
    CHECK(hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(hex(sha1(std::string(1'000'000, 'a'))) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("hmac: published test cases (RFC 2202 3, RFC 4231 4.2)") {
    const std::string key(20, '\x0b');
    CHECK(hex(hmac(Hash::Sha1, key, "Hi There")) == "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(hex(hmac(Hash::Sha256, key, "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac(Hash::Sha512, key, "Hi There")) ==
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
          "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
}

TEST_CASE("hmac: a key longer than a block is hashed first (RFC 2104 3)") {
    const std::string key(80, '\xaa');
    CHECK(hex(hmac(Hash::Sha1, key, "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST_CASE("HmacKey: one key signs many messages, whole or in pieces") {
    const HmacKey key(Hash::Sha1, "key");
    const Digest whole = key.sign("one.two");
    CHECK(hex(key.sign({"one", ".", "two"})) == hex(whole));
    CHECK(hex(key.sign("one.two")) == hex(whole));
    CHECK(hex(key.sign("one.twO")) != hex(whole));
}

TEST_CASE("constant_time_equal: compares content and size") {
    CHECK(constant_time_equal("abc", "abc"));
    CHECK(constant_time_equal("", ""));
    CHECK_FALSE(constant_time_equal("abc", "abd"));
    CHECK_FALSE(constant_time_equal("abc", "ab"));
}
