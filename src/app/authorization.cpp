// SPDX-License-Identifier: MIT
#include <pottle/app/authorization.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/http/token.hpp>

#include <algorithm>

namespace pottle {

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string take_value(std::string_view& text) {
    std::string value;
    if (!text.starts_with('"')) {
        const std::size_t end = std::min(text.find(','), text.size());
        value = ascii::trim(text.substr(0, end));
        text.remove_prefix(end);
        return value;
    }
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;  // RFC 9110 5.6.4
        value += text[at];
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return value;
}

/// auth-param list. Nothing when it is none.
std::optional<Parameters> parse_parameters(std::string_view text) {
    Parameters parameters;
    while (!(text = ascii::trim(text)).empty()) {
        if (text.starts_with(',')) {
            text.remove_prefix(1);
            continue;
        }
        const std::size_t length = http::token_length(text);
        std::string name = ascii::lower(text.substr(0, length));
        text = ascii::trim(text.substr(length));
        if (name.empty() || !text.starts_with('=')) return std::nullopt;
        text = ascii::trim(text.substr(1));
        parameters.emplace_back(std::move(name), take_value(text));
        text = ascii::trim(text);
        if (!text.empty() && text[0] != ',') return std::nullopt;
    }
    return parameters;
}

/// token68 of RFC 9110 11.2: then it is no list of parameters.
bool is_token68(std::string_view text) noexcept {
    const std::size_t end = std::min(text.find('='), text.size());
    const bool padding_only = text.find_first_not_of('=', end) == text.npos;
    return !text.empty() && padding_only && std::ranges::all_of(text.substr(0, end), [](char c) {
        return ascii::is_alnum(c) || std::string_view("-._~+/").contains(c);
    });
}

bool read_basic(Authorization& out, std::string_view token) {
    const std::optional<std::string> pair = crypto::decode_base64(token);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos || !utf8::is_valid(*pair)) return false;
    out.username = pair->substr(0, colon);
    out.password = pair->substr(colon + 1);
    return true;
}

std::optional<std::string_view> find_parameter(const Parameters& parameters,
                                               std::string_view wanted) noexcept {
    for (const auto& [name, value] : parameters)
        if (name == wanted) return value;
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Authorization::parameter(std::string_view name) const noexcept {
    return find_parameter(parameters, name);
}

std::optional<Authorization> Authorization::parse(std::string_view text) {
    text = ascii::trim(text);
    const std::size_t length = http::token_length(text);
    if (length == 0 || length == text.size() || text[length] != ' ') return std::nullopt;
    Authorization out;
    out.scheme = ascii::lower(text.substr(0, length));
    const std::string_view rest = ascii::trim(text.substr(length));
    if (out.scheme == "basic") {
        if (!read_basic(out, rest)) return std::nullopt;
        return out;
    }
    if (out.scheme == "bearer" || is_token68(rest)) {
        out.token = rest;
        return out;
    }
    auto parameters = parse_parameters(rest);
    if (!parameters) return std::nullopt;
    out.parameters = std::move(*parameters);
    if (const auto username = out.parameter("username")) out.username = *username;
    return out;
}

std::string WWWAuthenticate::text() const {
    POTTLE_REQUIRE(http::is_token(scheme), "an authentication scheme must be a token");
    std::string out = scheme;
    for (const auto& [name, value] : parameters) {
        POTTLE_REQUIRE(http::is_token(name), "the name of a challenge's parameter must be a token");
        out += &name == &parameters.front().first ? " " : ", ";
        out.append(name).append("=\"");
        for (const char c : value) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out;
}

std::optional<WWWAuthenticate> WWWAuthenticate::parse(std::string_view text) {
    text = ascii::trim(text);
    const std::size_t length = http::token_length(text);
    if (length == 0) return std::nullopt;
    WWWAuthenticate out{std::string(text.substr(0, length)), {}};
    if (auto parameters = parse_parameters(text.substr(length)))
        out.parameters = std::move(*parameters);
    return out;
}

}  // namespace pottle
