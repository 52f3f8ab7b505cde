// SPDX-License-Identifier: MIT
#include <pottle/crypto/base64.hpp>

#include <array>
#include <cstdint>

namespace pottle::crypto {

namespace {

constexpr char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 0xFF;

using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(const char* alphabet) {
    Values values{};
    values.fill(kInvalid);
    for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(alphabet[i])] = i;
    return values;
}
constexpr Values kStandardValues = values_of(kStandard);
constexpr Values kUrlSafeValues = values_of(kUrlSafe);

constexpr std::size_t encoded_size(std::size_t octets) {
    return octets / 3 * 4 + (octets % 3 == 0 ? 0 : octets % 3 + 1);
}

/// Appends the text without padding.
void append(std::string& out, std::string_view octets, const char* alphabet) {
    const std::size_t begin = out.size();
    out.resize(begin + encoded_size(octets.size()));
    char* to = out.data() + begin;
    const auto* from = reinterpret_cast<const unsigned char*>(octets.data());
    std::size_t left = octets.size();
    for (; left >= 3; left -= 3, from += 3, to += 4) {
        const std::uint32_t bits =
            static_cast<std::uint32_t>(from[0] << 16 | from[1] << 8 | from[2]);
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        to[2] = alphabet[bits >> 6 & 63];
        to[3] = alphabet[bits & 63];
    }
    if (left == 0) return;
    const std::uint32_t bits =
        static_cast<std::uint32_t>(from[0] << 16 | (left == 2 ? from[1] << 8 : 0));
    to[0] = alphabet[bits >> 18];
    to[1] = alphabet[bits >> 12 & 63];
    if (left == 2) to[2] = alphabet[bits >> 6 & 63];
}

/// Reads a text without padding.
std::optional<std::string> decode(std::string_view text, const Values& values) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string octets;
    octets.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned bit_count = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == kInvalid) return std::nullopt;
        bits = bits << 6 | value;
        bit_count += 6;
        if (bit_count < 8) continue;
        bit_count -= 8;
        octets.push_back(static_cast<char>(bits >> bit_count & 0xFF));
    }
    if ((bits & ((1U << bit_count) - 1)) != 0) return std::nullopt;
    return octets;
}

}  // namespace

std::string base64(std::string_view octets) {
    std::string text;
    append(text, octets, kStandard);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string base64url(std::string_view octets) {
    std::string text;
    append(text, octets, kUrlSafe);
    return text;
}

void append_base64url(std::string& out, std::string_view octets) {
    append(out, octets, kUrlSafe);
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, kStandardValues);
}

std::optional<std::string> decode_base64url(std::string_view text) {
    return decode(text, kUrlSafeValues);
}

}  // namespace pottle::crypto
