// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/charset.hpp>
#include <pottle/http/content_disposition.hpp>
#include <pottle/http/file_name.hpp>
#include <pottle/http/token.hpp>
#include <pottle/http/url.hpp>

#include <algorithm>

namespace pottle::http {

namespace {

/// The value of a quoted string; `text` is left behind its closing quote, or at its end.
std::string take_quoted(std::string_view& text) {
    std::string out;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        const bool escaped = text[at] == '\\' && at + 1 < text.size() &&
                             (text[at + 1] == '"' || text[at + 1] == '\\');
        if (escaped) ++at;
        // Browsers write %22 for a quote (WHATWG HTML, multipart/form-data).
        if (!escaped && text.substr(at, 3) == "%22") {
            out += '"';
            at += 2;
        } else {
            out += text[at];
        }
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return out;
}

/// ext-value of RFC 8187 3.2.1: charset'language'percent-encoded.
std::optional<std::string> decode_extended(std::string_view value) {
    const std::size_t first = value.find('\'');
    const std::size_t second = first == value.npos ? value.npos : value.find('\'', first + 1);
    if (second == value.npos) return std::nullopt;
    const std::string_view charset = value.substr(0, first);
    std::string octets = percent_decode(value.substr(second + 1));
    if (ascii::iequals(charset, "utf-8")) return utf8::replace_invalid(std::move(octets));
    if (ascii::iequals(charset, "iso-8859-1")) return from_latin1(octets);
    return std::nullopt;
}

bool is_token_text(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, is_token_byte);
}

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out += '"';
}

/// attr-char of RFC 8187 3.2.1 stays, everything else becomes %XX.
std::string encode_extended(std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (ascii::is_alnum(c) || std::string_view("!#$&+-.^_`|~").contains(c)) {
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

}  // namespace

std::optional<ContentDisposition> parse_content_disposition(std::string_view text) {
    ContentDisposition out;
    text = ascii::trim(text);
    const std::size_t type = token_length(text);
    if (type == 0) return std::nullopt;
    out.type = ascii::lower(text.substr(0, type));
    std::optional<std::string> extended;
    while (true) {
        const std::size_t semicolon = text.find(';');
        if (semicolon == text.npos) break;
        text = ascii::trim(text.substr(semicolon + 1));
        const std::size_t length = token_length(text);
        const std::string name = ascii::lower(text.substr(0, length));
        text = ascii::trim(text.substr(length));
        if (!text.starts_with('=')) continue;
        text = ascii::trim(text.substr(1));
        std::string value;
        if (text.starts_with('"')) {
            value = take_quoted(text);
        } else {
            const std::size_t end = std::min(text.find(';'), text.size());
            value = ascii::trim(text.substr(0, end));
            text.remove_prefix(end);
        }
        if (name == "name")
            out.name = utf8::replace_invalid(std::move(value));
        else if (name == "filename")
            out.filename = utf8::replace_invalid(std::move(value));
        else if (name == "filename*")
            extended = decode_extended(value);
    }
    if (extended) out.filename = std::move(extended);
    return out;
}

std::string format_content_disposition(std::string_view type, std::string_view filename) {
    std::string name = utf8::replace_invalid(std::string(filename));
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
    std::string out(type);
    const bool plain =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const std::string fallback = plain ? name : fold_to_ascii(name);
    out += "; filename=";
    out += is_token_text(fallback) ? fallback : quote(fallback);
    if (!plain) out.append("; filename*=UTF-8''").append(encode_extended(name));
    return out;
}

}  // namespace pottle::http
