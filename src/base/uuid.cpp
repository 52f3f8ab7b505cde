// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/uuid.hpp>

namespace pottle {

namespace {
constexpr std::size_t kTextLength = 36;
constexpr bool is_dash_position(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}
}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
    if (text.size() != kTextLength) return std::nullopt;
    Uuid uuid;
    std::size_t octet = 0;
    for (std::size_t i = 0; i < kTextLength;) {
        if (is_dash_position(i)) {
            if (text[i++] != '-') return std::nullopt;
            continue;
        }
        const int high = ascii::hex_value(text[i]);
        const int low = ascii::hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        uuid.octets[octet++] = static_cast<std::uint8_t>(high << 4 | low);
        i += 2;
    }
    return uuid;
}

std::string Uuid::text() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(kTextLength);
    for (const std::uint8_t octet : octets) {
        if (is_dash_position(out.size())) out += '-';
        out += kDigits[octet >> 4];
        out += kDigits[octet & 15];
    }
    return out;
}

}  // namespace pottle
