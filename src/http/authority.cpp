// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/authority.hpp>

#include <array>

namespace pottle::http {

namespace {

/// unreserved and sub-delims of RFC 3986 2.2 and 2.3: what a reg-name is made of beside
/// percent-encoded octets.
constexpr std::array<bool, 256> kNameBytes = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("-._~!$&'()*+,;="))
        table[static_cast<unsigned char>(c)] = true;
    for (int c = 0; c < 128; ++c)
        if (ascii::is_alnum(static_cast<char>(c))) table[static_cast<std::size_t>(c)] = true;
    return table;
}();

bool is_name_byte(char c) noexcept {
    return kNameBytes[static_cast<unsigned char>(c)];
}

/// Length of the reg-name at the start of `text`; IPv4 addresses are reg-names as well.
std::size_t name_length(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_name_byte(text[at])) {
            ++at;
        } else if (text[at] == '%' && at + 2 < text.size() && ascii::hex_value(text[at + 1]) >= 0 &&
                   ascii::hex_value(text[at + 2]) >= 0) {
            at += 3;
        } else {
            break;
        }
    }
    return at;
}

/// dec-octet "." dec-octet "." dec-octet "." dec-octet, without leading zeros.
bool is_ipv4_address(std::string_view text) noexcept {
    int octets = 0;
    while (true) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < text.size() && digits < 4 && ascii::is_digit(text[digits]))
            value = value * 10 + (text[digits++] - '0');
        if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && text[0] == '0'))
            return false;
        text.remove_prefix(digits);
        if (++octets == 4) return text.empty();
        if (text.empty() || text[0] != '.') return false;
        text.remove_prefix(1);
    }
}

/// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool is_ip_future(std::string_view text) noexcept {
    if (text.empty() || ascii::to_lower(text[0]) != 'v') return false;
    const std::size_t dot = text.find('.');
    if (dot == text.npos || dot == 1 || dot + 1 == text.size()) return false;
    for (const char c : text.substr(1, dot - 1))
        if (ascii::hex_value(c) < 0) return false;
    for (const char c : text.substr(dot + 1))
        if (!is_name_byte(c) && c != ':') return false;
    return true;
}

/// Length of the uri-host at the start of `text`; 0 when there is none.
std::size_t host_length(std::string_view text) noexcept {
    if (text.empty() || text[0] != '[') return name_length(text);
    const std::size_t close = text.find(']');
    if (close == text.npos) return 0;
    const std::string_view literal = text.substr(1, close - 1);
    return is_ipv6_address(literal) || is_ip_future(literal) ? close + 1 : 0;
}

}  // namespace

bool is_ipv6_address(std::string_view text) noexcept {
    int groups = 0;  // of 16 bits, of the eight that an address has
    bool compressed = false;
    if (text.starts_with("::")) {
        compressed = true;
        text.remove_prefix(2);
        if (text.empty()) return true;
    }
    while (true) {
        std::size_t digits = 0;
        while (digits < text.size() && digits < 5 && ascii::hex_value(text[digits]) >= 0) ++digits;
        if (digits < text.size() && text[digits] == '.') {
            // ls32: the last two groups may be written as an IPv4 address.
            groups += 2;
            return is_ipv4_address(text) && (compressed ? groups <= 7 : groups == 8);
        }
        if (digits == 0 || digits > 4) return false;
        text.remove_prefix(digits);
        ++groups;
        if (text.empty()) return compressed ? groups <= 7 : groups == 8;
        if (groups == 8 || text[0] != ':') return false;
        text.remove_prefix(1);
        if (text.starts_with(':')) {
            if (compressed) return false;
            compressed = true;
            text.remove_prefix(1);
            if (text.empty()) return groups <= 7;
        }
    }
}

std::optional<Authority> parse_authority(std::string_view text) noexcept {
    const std::size_t length = host_length(text);
    if (length == 0) return std::nullopt;
    Authority authority{text.substr(0, length), {}};
    text.remove_prefix(length);
    if (text.empty()) return authority;
    if (text[0] != ':') return std::nullopt;
    text.remove_prefix(1);
    if (text.empty()) return authority;  // port = *DIGIT
    std::uint32_t port = 0;
    for (const char c : text) {
        if (!ascii::is_digit(c)) return std::nullopt;
        port = port * 10 + static_cast<std::uint32_t>(c - '0');
        if (port > 65535) return std::nullopt;
    }
    authority.port = static_cast<std::uint16_t>(port);
    return authority;
}

}  // namespace pottle::http
