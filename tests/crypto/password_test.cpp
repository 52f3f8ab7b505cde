// SPDX-License-Identifier: MIT
#include <pottle/crypto/password.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle::crypto;

TEST_CASE("verify_password: Werkzeug's PBKDF2 hashes, by Python's hashlib") {
    const std::string sha256 =
        "pbkdf2:sha256:1000$salt$a8df899f3c4f204d967e0ad63c092987c10055ebb017b3d9d28add218d4f7aad";
    CHECK(verify_password(sha256, "secret"));
    CHECK_FALSE(verify_password(sha256, "Secret"));
    CHECK(verify_password("pbkdf2:sha1:1000$salt$fa7bab9eff3a06a5271ccfb9b6d8728d0c7a334d",
                          "secret"));
    CHECK(verify_password(
        "pbkdf2:sha512:1000$salt$f76f72381b75f0deb1c339334a8c8974366cadbc6bf46460f978363de8d210dbcc"
        "fa7a5908cfe50e6172bf6bc4d7b72dd48f1d543ce48736da7f7fcf6db4672c",
        "secret"));
}

TEST_CASE("verify_password: Werkzeug's scrypt hashes, by Python's hashlib") {
    const std::string cheap =
        "scrypt:1024:8:1$abcdefgh12345678$bac203eb7e5a993cdcf1ec178768cf5880e49fb057f234e67b4678c09"
        "0010560c1ae8c065bc9a8cb5b5a2f206871ba703e60917ab97f8efab8b24f6d1eb5f003";
    CHECK(verify_password(cheap, "p\u00e4ssword"));
    CHECK_FALSE(verify_password(cheap, "password"));
    CHECK(verify_password(
        "scrypt:32768:8:1$abcdefgh12345678$a283c6430d3e3028932354b23015fb1c891a3ff8ef0bd71e780d9cf1"
        "adc8b6cc16963ab66571821a83a308cdab8e3202b0fcda324864a85526cc7ee599de016c",
        "secret"));
}

TEST_CASE("hash_password: verifies, differs each time, and has its method's form") {
    const std::pair<PasswordMethod, const char*> rows[] = {
        {PasswordMethod::Scrypt, "scrypt:32768:8:1$"},
        {PasswordMethod::Pbkdf2, "pbkdf2:sha256:1000000$"},
        {PasswordMethod::Argon2id, "$argon2id$v=19$m=19456,t=2,p=1$"},
    };
    for (const auto& [method, prefix] : rows) {
        const std::string hash = hash_password("secret", method);
        CHECK(hash.starts_with(prefix));
        CHECK(verify_password(hash, "secret"));
        CHECK_FALSE(verify_password(hash, "secrets"));
    }
    CHECK(hash_password("secret", PasswordMethod::Argon2id) !=
          hash_password("secret", PasswordMethod::Argon2id));
}

TEST_CASE("verify_password: false for what is no hash, or one that asks for too much") {
    for (const char* hash :
         {"", "$", "$$", "plain$salt$hash", "scrypt", "scrypt$$", "scrypt:0:8:1$s$h",
          "scrypt:x:8:1$s$h", "scrypt:3:8:1$s$h", "scrypt:1073741824:8:1$s$h",
          "scrypt:16384:4294967295:1$s$h", "pbkdf2:md5:1000$s$h", "pbkdf2:sha256:0$s$h",
          "pbkdf2:sha256:4000000000$s$h", "pbkdf2:sha256:10x$s$h", "$argon2id$",
          "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaA", "$argon2i$v=19$m=8,t=1,p=1$a$b",
          "$argon2id$v=19$m=64,t=999999999,p=1$c2FsdHNhbHQ$aGFzaA"})
        CHECK_FALSE(verify_password(hash, "secret"));
}
