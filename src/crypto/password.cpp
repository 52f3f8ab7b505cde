// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/constant_time.hpp>
#include <pottle/crypto/password.hpp>
#include <pottle/crypto/random.hpp>

#include <charconv>
#include <optional>

#include <argon2.h>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace pottle::crypto {

namespace {

constexpr std::uint64_t kMaxMemory = std::uint64_t{1} << 30;
constexpr unsigned kMaxRounds = 10'000'000;
constexpr std::size_t kSaltSize = 16;

/// Takes the text up to `separator`, and the separator, off the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return piece;
}

std::optional<unsigned> read_number(std::string_view text) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value == 0) return std::nullopt;
    return value;
}

unsigned char* octets(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Letters and digits, as Werkzeug makes them: the salt is used as text.
std::string make_salt() {
    static constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string salt;
    while (salt.size() < kSaltSize) {
        for (const char c : random_octets(kSaltSize)) {
            const unsigned value = static_cast<unsigned char>(c) & 63U;
            if (value < kLetters.size() && salt.size() < kSaltSize) salt += kLetters[value];
        }
    }
    return salt;
}

struct ScryptCost {
    unsigned n = 1 << 15;
    unsigned r = 8;
    unsigned p = 1;
};

/// In hexadecimal; nothing when the library refuses the cost.
std::optional<std::string> scrypt(std::string_view password, std::string_view salt,
                                  const ScryptCost& cost) {
    constexpr std::size_t kSize = 64;
    const std::uint64_t memory = std::uint64_t{132} * cost.n * cost.r * cost.p;
    if (cost.r > 1024 || cost.p > 1024 || memory > kMaxMemory) return std::nullopt;
    std::string key(kSize, '\0');
    if (EVP_PBE_scrypt(password.data(), password.size(), octets(salt), salt.size(), cost.n, cost.r,
                       cost.p, memory, octets(key), key.size()) != 1)
        return std::nullopt;
    return ascii::hex(key);
}

std::optional<std::string> pbkdf2(std::string_view password, std::string_view salt,
                                  std::string_view hash_name, unsigned rounds) {
    const EVP_MD* hash = hash_name == "sha256"   ? EVP_sha256()
                         : hash_name == "sha512" ? EVP_sha512()
                         : hash_name == "sha1"   ? EVP_sha1()
                                                 : nullptr;
    if (!hash || rounds > kMaxRounds) return std::nullopt;
    std::string key(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt),
                          static_cast<int>(salt.size()), static_cast<int>(rounds), hash,
                          static_cast<int>(key.size()), octets(key)) != 1)
        return std::nullopt;
    return ascii::hex(key);
}

/// The cost that OWASP's password storage guide names for Argon2id.
struct Argon2Cost {
    std::uint32_t memory_kib = 19456;
    std::uint32_t passes = 2;
    std::uint32_t lanes = 1;
};

std::string argon2(std::string_view password) {
    constexpr std::size_t kHashSize = 32;
    constexpr Argon2Cost cost;
    const std::string salt = random_octets(kSaltSize);
    std::string encoded(argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes, kSaltSize,
                                          kHashSize, Argon2_id),
                        '\0');
    const int status = argon2id_hash_encoded(
        cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(), salt.data(),
        salt.size(), kHashSize, encoded.data(), encoded.size());
    POTTLE_REQUIRE(status == ARGON2_OK, "argon2 has the memory it asks for");
    encoded.resize(encoded.find('\0'));
    return encoded;
}

/// "$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$...": only the memory and passes are looked at; the
/// library reads the rest.
bool has_acceptable_cost(std::string_view argon2_hash) {
    take(argon2_hash, '$');
    take(argon2_hash, '$');
    take(argon2_hash, '$');
    std::string_view cost = take(argon2_hash, '$');
    std::string_view memory = take(cost, ',');
    std::string_view passes = take(cost, ',');
    if (!memory.starts_with("m=") || !passes.starts_with("t=")) return false;
    memory.remove_prefix(2);
    passes.remove_prefix(2);
    const auto kibibytes = read_number(memory);
    const auto rounds = read_number(passes);
    return kibibytes && rounds && *kibibytes <= kMaxMemory / 1024 && *rounds <= 1000;
}

bool verify_argon2(const std::string& hash, std::string_view password) {
    return has_acceptable_cost(hash) &&
           argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

/// Werkzeug's: "<method>:<cost>...$salt$hex". Costs that are left out are Werkzeug's defaults.
bool verify_werkzeug(std::string_view hash, std::string_view password) {
    std::string_view method = take(hash, '$');
    const std::string_view salt = take(hash, '$');
    const std::string_view expected = hash;
    const std::string_view name = take(method, ':');
    std::optional<std::string> found;
    if (name == "scrypt") {
        ScryptCost cost;
        for (unsigned* part : {&cost.n, &cost.r, &cost.p}) {
            if (method.empty()) break;
            const auto number = read_number(take(method, ':'));
            if (!number) return false;
            *part = *number;
        }
        found = scrypt(password, salt, cost);
    } else if (name == "pbkdf2") {
        const std::string_view hash_name = method.empty() ? "sha256" : take(method, ':');
        const auto rounds = method.empty() ? std::optional(1'000'000U) : read_number(method);
        if (!rounds) return false;
        found = pbkdf2(password, salt, hash_name, *rounds);
    }
    return found && constant_time_equal(*found, expected);
}

}  // namespace

std::string hash_password(std::string_view password, PasswordMethod method) {
    if (method == PasswordMethod::Argon2id) return argon2(password);
    const std::string salt = make_salt();
    if (method == PasswordMethod::Pbkdf2) {
        constexpr unsigned kRounds = 1'000'000;  // Werkzeug 3.1
        const auto key = pbkdf2(password, salt, "sha256", kRounds);
        POTTLE_REQUIRE(key, "OpenSSL computes PBKDF2");
        return fmt::format("pbkdf2:sha256:{}${}${}", kRounds, salt, *key);
    }
    constexpr ScryptCost cost;
    const auto key = scrypt(password, salt, cost);
    POTTLE_REQUIRE(key, "OpenSSL has the memory for scrypt");
    return fmt::format("scrypt:{}:{}:{}${}${}", cost.n, cost.r, cost.p, salt, *key);
}

bool verify_password(std::string_view hash, std::string_view password) {
    if (hash.starts_with("$argon2id$")) return verify_argon2(std::string(hash), password);
    return verify_werkzeug(hash, password);
}

}  // namespace pottle::crypto
