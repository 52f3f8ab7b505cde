// SPDX-License-Identifier: MIT
#include "formats.hpp"

#include <pottle/base/ascii.hpp>

namespace pottle::reflect {

namespace {

/// A host label: letters, digits and inner hyphens, 1 to 63 of them (RFC 1034 3.5, RFC 1123 2.1).
bool is_label(std::string_view label) noexcept {
    if (label.empty() || label.size() > 63) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    for (const char c : label)
        if (!ascii::is_alnum(c) && c != '-') return false;
    return true;
}

bool is_host_name(std::string_view host) noexcept {
    for (;;) {
        const std::size_t dot = host.find('.');
        if (!is_label(host.substr(0, dot))) return false;
        if (dot == host.npos) return true;
        host.remove_prefix(dot + 1);
    }
}

/// RFC 3986 3.2.2: letters, digits, "-._~", sub-delims and percent escapes in a registered name, or
/// an address in brackets.
bool is_url_host(std::string_view host) noexcept {
    if (host.empty()) return false;
    if (host.front() == '[') {
        if (host.size() < 4 || host.back() != ']') return false;
        for (const char c : host.substr(1, host.size() - 2))
            if (ascii::hex_value(c) < 0 && c != ':' && c != '.') return false;
        return true;
    }
    for (const char c : host)
        if (!ascii::is_alnum(c) && std::string_view("-._~%!$&'()*+,;=").find(c) == host.npos)
            return false;
    return true;
}

bool is_port(std::string_view port) noexcept {
    if (port.size() > 5) return false;
    unsigned value = 0;
    for (const char c : port) {
        if (!ascii::is_digit(c)) return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value <= 65'535;
}

/// Visible ASCII without the characters that RFC 3986 leaves out, and whole percent escapes.
bool has_url_characters_only(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c <= ' ' || c == 0x7f || std::string_view("\"<>\\^`{|}").find(c) != text.npos)
            return false;
        if (c == '%' && (i + 2 >= text.size() || ascii::hex_value(text[i + 1]) < 0 ||
                         ascii::hex_value(text[i + 2]) < 0))
            return false;
    }
    return true;
}

}  // namespace

bool is_email(std::string_view text) noexcept {
    // HTML Living Standard, "valid email address".
    const std::size_t at = text.find('@');
    if (at == 0 || at == text.npos) return false;
    for (const char c : text.substr(0, at))
        if (!ascii::is_alnum(c) && std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) == text.npos)
            return false;
    return is_host_name(text.substr(at + 1));
}

bool is_web_url(std::string_view text) noexcept {
    if (!has_url_characters_only(text)) return false;
    const std::size_t scheme_end = text.find("://");
    if (scheme_end == text.npos) return false;
    const std::string_view scheme = text.substr(0, scheme_end);
    if (!ascii::iequals(scheme, "http") && !ascii::iequals(scheme, "https")) return false;
    text.remove_prefix(scheme_end + 3);
    std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    if (const std::size_t at = authority.rfind('@'); at != authority.npos)
        authority.remove_prefix(at + 1);
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
    if (colon == authority.npos) return is_url_host(authority);
    return is_url_host(authority.substr(0, colon)) && is_port(authority.substr(colon + 1));
}

bool is_decimal(std::string_view text) noexcept {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    const auto all_digits = [](std::string_view digits) {
        for (const char c : digits)
            if (!ascii::is_digit(c)) return false;
        return !digits.empty();
    };
    if (!all_digits(text.substr(0, point))) return false;
    return point == text.npos || all_digits(text.substr(point + 1));
}

}  // namespace pottle::reflect
