// SPDX-License-Identifier: MIT
/// \file
/// The C++ side of itsdangerous_test.py: signs or reads one document a line.
///
///     itsdangerous_peer dumps|loads <form> <derivation> <hash> <salt> <now> key...
#include <pottle/crypto/serializer.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

using namespace pottle;
using namespace pottle::crypto;

namespace {

struct Settings {
    SecretKeys keys;
    SerializerOptions options;
    std::int64_t now;
};

KeyDerivation derivation_of(std::string_view name) {
    if (name == "concat") return KeyDerivation::Concat;
    if (name == "hmac") return KeyDerivation::Hmac;
    if (name == "none") return KeyDerivation::None;
    return KeyDerivation::DjangoConcat;
}
Hash hash_of(std::string_view name) {
    if (name == "sha256") return Hash::Sha256;
    if (name == "sha512") return Hash::Sha512;
    return Hash::Sha1;
}

std::string dumps(std::string_view form, const JsonValue& value, const Settings& settings) {
    const auto& [keys, options, now] = settings;
    if (form == "plain") return Serializer(keys, options).dumps(value);
    if (form == "timed") return TimedSerializer(keys, options).dumps(value, now);
    if (form == "url_safe") return UrlSafeSerializer(keys, options).dumps(value);
    return UrlSafeTimedSerializer(keys, options).dumps(value, now);
}

Result<JsonValue> value_of(Result<TimedDocument> document) {
    if (!document) return fail(document.error());
    return std::move(document->value);
}

Result<JsonValue> loads(std::string_view form, const std::string& text, const Settings& settings) {
    const auto& [keys, options, now] = settings;
    if (form == "plain") return Serializer(keys, options).loads(text);
    if (form == "timed") return value_of(TimedSerializer(keys, options).loads(text, now, 0));
    if (form == "url_safe") return UrlSafeSerializer(keys, options).loads(text);
    return value_of(UrlSafeTimedSerializer(keys, options).loads(text, now, 0));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 8) return 2;
    const std::string_view form = argv[2];
    const Settings settings{
        {argv + 7, argv + argc},
        {.salt = argv[5], .key_derivation = derivation_of(argv[3]), .hash = hash_of(argv[4])},
        std::atoll(argv[6])};
    for (std::string line; std::getline(std::cin, line);) {
        const bool is_dumps = std::string_view(argv[1]) == "dumps";
        const Result<JsonValue> value =
            is_dumps ? JsonValue::parse(line) : loads(form, line, settings);
        if (!value)
            std::cout << "error: " << value.error().text << '\n';
        else
            std::cout << (is_dumps ? dumps(form, *value, settings) : value->dump()) << '\n';
    }
    return 0;
}
