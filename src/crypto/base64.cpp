// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
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

/// Writes the text without padding.
void encode(char* to, std::string_view octets, const char* alphabet) {
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

void append(std::string& out, std::string_view octets, const char* alphabet) {
    const std::size_t begin = out.size();
    out.resize(begin + encoded_size(octets.size()));
    encode(out.data() + begin, octets, alphabet);
}

/// Reads a text without padding.
std::optional<std::string> decode(std::string_view text, const Values& values) {
    if (text.size() % 4 == 1) return std::nullopt;
    const std::size_t rest = text.size() % 4;
    std::string octets(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
    char* to = octets.data();
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    // An invalid character has a bit that no value of six bits has.
    std::uint32_t seen = 0;
    for (std::size_t group = text.size() / 4; group > 0; --group, from += 4, to += 3) {
        const std::uint32_t a = values[from[0]], b = values[from[1]], c = values[from[2]],
                            d = values[from[3]];
        seen |= a | b | c | d;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        to[0] = static_cast<char>(bits >> 16);
        to[1] = static_cast<char>(bits >> 8);
        to[2] = static_cast<char>(bits);
    }
    if (rest != 0) {
        const std::uint32_t a = values[from[0]], b = values[from[1]],
                            c = rest == 3 ? values[from[2]] : 0U;
        seen |= a | b | c;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6;
        to[0] = static_cast<char>(bits >> 16);
        if (rest == 3) to[1] = static_cast<char>(bits >> 8);
        if ((bits & (rest == 3 ? 0xFFU : 0xFFFFU)) != 0) return std::nullopt;  // unused bits
    }
    if (seen > 63) return std::nullopt;
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

std::size_t write_base64url(std::span<char> out, std::string_view octets) {
    const std::size_t size = encoded_size(octets.size());
    POTTLE_REQUIRE(size <= out.size(), "the text has place");
    encode(out.data(), octets, kUrlSafe);
    return size;
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
