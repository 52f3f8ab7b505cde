// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/url.hpp>

#include <algorithm>

namespace pottle::http {

namespace {

enum class Plus { Stays, IsSpace };

std::string decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '%' && at + 2 < text.size()) {
            const int high = ascii::hex_value(text[at + 1]);
            const int low = ascii::hex_value(text[at + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high << 4 | low);
                at += 2;
                continue;
            }
        }
        out += c == '+' && plus == Plus::IsSpace ? ' ' : c;
    }
    return out;
}

std::string encode(std::string_view text, std::string_view kept) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (ascii::is_alnum(c) || std::string_view("-._~").contains(c) || kept.contains(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
    }
    return out;
}

/// A name or a value of a query or a form.
std::string decode_component(std::string_view text) {
    return utf8::replace_invalid(decode(text, Plus::IsSpace));
}

std::string encode_component(std::string_view text) {
    std::string out = encode(text, " ");
    std::ranges::replace(out, ' ', '+');
    return out;
}

/// Adds the pairs of `text`. Returns: false when there are more than `limit`.
bool add_pairs(MultiDict& pairs, std::string_view text, std::size_t limit) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        if (pairs.size() == limit) return false;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        pairs.add(decode_component(pair.substr(0, equals)), decode_component(value));
    }
    return true;
}

}  // namespace

std::string percent_decode(std::string_view text) {
    return decode(text, Plus::Stays);
}

std::string decode_path(std::string_view path) {
    return utf8::replace_invalid(decode(path, Plus::Stays));
}

std::string percent_encode(std::string_view text) {
    return encode(text, "");
}

std::string encode_path(std::string_view path) {
    return encode(path, "/!$&'()*+,;=:@");
}

std::string_view without_port(std::string_view authority) noexcept {
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    const bool has_port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
    return has_port ? authority.substr(0, colon) : authority;
}

std::string iri_to_uri(std::string_view iri) {
    std::string out;
    for (const char c : iri) {
        const auto byte = static_cast<unsigned char>(c);
        POTTLE_REQUIRE(byte >= 0x20 && byte != 0x7f, "a URL has no control characters");
        if (byte > 0x7f || std::string_view(" \"<>\\^`{|}").contains(c))
            out += percent_encode(std::string_view(&c, 1));
        else
            out += c;
    }
    return out;
}

MultiDict decode_query(std::string_view query) {
    MultiDict arguments;
    add_pairs(arguments, query, static_cast<std::size_t>(-1));
    return arguments;
}

std::string encode_query(const MultiDict& arguments) {
    std::string out;
    for (const auto& [name, value] : arguments) {
        if (!out.empty()) out += '&';
        out.append(encode_component(name)).append("=").append(encode_component(value));
    }
    return out;
}

Result<MultiDict> parse_form(std::string_view body, const UrlencodedLimits& limits) {
    if (limits.size != 0 && body.size() > limits.size)
        return fail(Error::peer(Errc::TooLarge, 413, "form data too large"));
    MultiDict fields;
    if (!add_pairs(fields, body, limits.fields ? limits.fields : static_cast<std::size_t>(-1)))
        return fail(Error::peer(Errc::TooLarge, 413, "too many form fields"));
    return fields;
}

}  // namespace pottle::http
