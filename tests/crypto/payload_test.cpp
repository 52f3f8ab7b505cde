// SPDX-License-Identifier: MIT
#include "payload.hpp"

#include <pottle/crypto/base64.hpp>

#include <random>

#include <doctest/doctest.h>
#include <zlib.h>

using namespace pottle;
using namespace pottle::crypto;

namespace {

std::string payload(std::string_view document) {
    std::string text;
    append_payload(text, document);
    return text;
}

std::string zlib_stream(const std::string& document) {
    std::string out(compressBound(document.size()), '\0');
    uLongf size = out.size();
    compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(document.data()), document.size());
    out.resize(size);
    return out;
}

/// What itsdangerous does: always compress, keep it when it is shorter by more than one byte.
std::string expected_payload(const std::string& document) {
    const std::string compressed = zlib_stream(document);
    if (compressed.size() < document.size() - 1) return "." + base64url(compressed);
    return base64url(document);
}

}  // namespace

TEST_CASE("payload: compressed exactly when and as zlib's defaults would (SES-1)") {
    std::mt19937 random(7);
    for (int round = 0; round < 4000; ++round) {
        const std::size_t size = 2 + random() % (round % 10 == 0 ? 20'000 : 400);
        const std::size_t letters = 1 + random() % 40;
        std::string document;
        while (document.size() < size)
            document += static_cast<char>('!' + random() % letters * (round % 3 == 0 ? 2 : 1));
        CAPTURE(document);
        REQUIRE(payload(document) == expected_payload(document));
        REQUIRE(read_payload(payload(document), 1_MiB).value() == document);
    }
}

TEST_CASE("payload: a small document is left as it is where that is asked for") {
    const std::string document(64, 'a');
    std::string text;
    append_payload(text, document, 64);
    CHECK(text == base64url(document));
    CHECK(payload(document).starts_with("."));
    CHECK(read_payload(text, 1_MiB).value() == document);
}

TEST_CASE("payload: the limit is the last size that is read") {
    const std::string document(5000, 'a');
    CHECK(read_payload(payload(document), 5000).value() == document);
    CHECK(read_payload(payload(document), 4999).error().code == Errc::TooLarge);
}

TEST_CASE("payload: a bomb is given up at the limit") {
    const std::string bomb = "." + base64url(zlib_stream(std::string(50'000'000, 'a')));
    CHECK(bomb.size() < 70'000);
    const auto result = read_payload(bomb, 64_KiB);
    CHECK(result.error().code == Errc::TooLarge);
}

TEST_CASE("payload: a stream that is cut, changed or followed by more is refused") {
    const std::string stream = zlib_stream(std::string(300, 'x') + "tail");
    for (std::size_t size = 0; size < stream.size(); ++size)
        CHECK(read_payload("." + base64url(stream.substr(0, size)), 1_MiB).error().code ==
              Errc::Malformed);
    CHECK(read_payload("." + base64url(stream + "x"), 1_MiB).error().code == Errc::Malformed);
    std::string changed = stream;
    changed.back() ^= 1;  // the checksum
    CHECK(read_payload("." + base64url(changed), 1_MiB).error().code == Errc::Malformed);
}
