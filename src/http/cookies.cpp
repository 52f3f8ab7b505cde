// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/token.hpp>
#include <pottle/http/url.hpp>

#include <algorithm>
#include <array>

namespace pottle {

std::optional<SameSite> parse_same_site(std::string_view name) noexcept {
    if (ascii::iequals(name, "lax")) return SameSite::Lax;
    if (ascii::iequals(name, "strict")) return SameSite::Strict;
    if (ascii::iequals(name, "none")) return SameSite::None;
    return std::nullopt;
}

SetCookie SetCookie::expired(std::string name, std::string path) {
    return {.name = std::move(name),
            .value = "",
            .path = std::move(path),
            .max_age_seconds = 0,
            .expires = 0};
}

namespace http {

namespace {

/// Bytes that no browser or proxy changes: cookie-octet of RFC 6265 4.1.1.
constexpr std::array<bool, 256> kPlainBytes = [] {
    std::array<bool, 256> plain{};
    for (int byte = 0x21; byte < 0x7f; ++byte) plain[static_cast<std::size_t>(byte)] = true;
    for (const unsigned char byte : {'"', ',', ';', '\\'}) plain[byte] = false;
    return plain;
}();
bool is_plain(char c) noexcept {
    return kPlainBytes[static_cast<unsigned char>(c)];
}

/// Python's http.cookies quoting: a quoted string with octal escapes.
std::string quote(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (is_plain(c) || c == ' ') {
            out += c;
        } else {
            out += '\\';
            out += static_cast<char>('0' + (byte >> 6));
            out += static_cast<char>('0' + (byte >> 3 & 7));
            out += static_cast<char>('0' + (byte & 7));
        }
    }
    return out += '"';
}

bool is_octal(std::string_view digits) noexcept {
    return digits.size() == 3 && digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' &&
           digits[1] <= '7' && digits[2] >= '0' && digits[2] <= '7';
}

std::string unquote(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string out;
    out.reserve(value.size());
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] != '\\' || at + 1 == value.size()) {
            out += value[at];
        } else if (const std::string_view digits = value.substr(at + 1, 3); is_octal(digits)) {
            out += static_cast<char>((digits[0] - '0') << 6 | (digits[1] - '0') << 3 |
                                     (digits[2] - '0'));
            at += 3;
        } else {
            out += value[++at];
        }
    }
    return out;
}

bool is_attribute(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ';'; });
}

/// ".Example.org:443" is the same domain as "Example.org".
std::string_view bare_domain(std::string_view domain) noexcept {
    while (domain.starts_with('.')) domain.remove_prefix(1);
    return domain.substr(0, domain.find(':'));
}

/// Percent-encodes all but unreserved characters and the ones that Werkzeug keeps.
std::string encode_path_attribute(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c != ';' && (ascii::is_alnum(c) || std::string_view("-._~%!$&'()*+,/:=@").contains(c)))
            out += c;
        else
            out += percent_encode(std::string_view(&c, 1));
    }
    return out;
}

bool starts_with_prefix(std::string_view name, std::string_view prefix) noexcept {
    return ascii::iequals(name.substr(0, prefix.size()), prefix);
}

struct Pair {
    std::string_view name;
    std::string_view value;
};

/// Takes the first of the pairs off a Cookie field. The name may be empty.
Pair take_pair(std::string_view& field_value) noexcept {
    const std::size_t end = std::min(field_value.find(';'), field_value.size());
    const std::string_view pair = field_value.substr(0, end);
    field_value.remove_prefix(std::min(end + 1, field_value.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    return {ascii::trim(pair.substr(0, equals)),
            ascii::trim(pair.substr(std::min(equals + 1, pair.size())))};
}

/// RFC 6265bis 4.1.3. Browsers compare the prefixes without case.
void require_promises_of_name(const SetCookie& cookie) {
    const bool secure = cookie.secure || cookie.partitioned;
    if (starts_with_prefix(cookie.name, "__Secure-"))
        POTTLE_REQUIRE(secure, "a cookie named __Secure-... must be secure");
    if (starts_with_prefix(cookie.name, "__Host-"))
        POTTLE_REQUIRE(secure && cookie.path == "/" && cookie.domain.empty(),
                       "a cookie named __Host-... must be secure, have the path / and no domain");
}

std::string_view same_site_name(SameSite same_site) noexcept {
    switch (same_site) {
        case SameSite::Unset:
            return {};
        case SameSite::Lax:
            return "Lax";
        case SameSite::Strict:
            return "Strict";
        case SameSite::None:
            return "None";
    }
    return {};
}

}  // namespace

MultiDict parse_cookies(std::string_view field_value) {
    MultiDict cookies;
    while (!field_value.empty()) {
        const Pair pair = take_pair(field_value);
        if (pair.name.empty()) continue;
        cookies.add(utf8::replace_invalid(std::string(pair.name)),
                    utf8::replace_invalid(unquote(pair.value)));
    }
    return cookies;
}

std::optional<std::string_view> find_cookie(std::string_view field_value,
                                            std::string_view name) noexcept {
    while (!field_value.empty())
        if (const Pair pair = take_pair(field_value); pair.name == name) return pair.value;
    return std::nullopt;
}

std::string format_set_cookie(const SetCookie& cookie) {
    POTTLE_REQUIRE(is_token(cookie.name), "a cookie's name must be a token (RFC 6265 4.1.1)");
    POTTLE_REQUIRE(is_attribute(cookie.domain),
                   "a cookie's domain is ASCII (an IDN as xn--...) without ';' (RFC 6265 4.1.1)");
    require_promises_of_name(cookie);
    std::string out;
    constexpr std::size_t kAttributes = 128;  // more than all of them but domain and path
    out.reserve(cookie.name.size() + cookie.value.size() + cookie.domain.size() +
                cookie.path.size() + kAttributes);
    out.append(cookie.name).append("=");
    out += std::ranges::all_of(cookie.value, is_plain) ? cookie.value : quote(cookie.value);
    if (!cookie.domain.empty()) out.append("; Domain=").append(bare_domain(cookie.domain));
    if (cookie.expires) out.append("; Expires=").append(format_http_date(*cookie.expires));
    if (cookie.max_age_seconds)
        out.append("; Max-Age=").append(std::to_string(*cookie.max_age_seconds));
    // A browser refuses a partitioned cookie that is not secure.
    if (cookie.secure || cookie.partitioned) out.append("; Secure");
    if (cookie.http_only) out.append("; HttpOnly");
    if (!cookie.path.empty()) out.append("; Path=").append(encode_path_attribute(cookie.path));
    if (cookie.same_site != SameSite::Unset)
        out.append("; SameSite=").append(same_site_name(cookie.same_site));
    if (cookie.partitioned) out.append("; Partitioned");
    return out;
}

}  // namespace http

}  // namespace pottle
