// SPDX-License-Identifier: MIT
/// \file
#include "html_unescape.hpp"

#include "html_entities.hpp"
#include "unicode.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>

namespace pottle::templating::library {

namespace {

/// The longest name in the table.
constexpr std::size_t kMaxName = 32;

/// What a browser makes of the numbers 0x80 to 0x9F: Windows-1252 (HTML 13.2.5.80).
constexpr std::uint32_t kWindows[] = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

bool is_dropped(std::uint32_t code) {
    return (code >= 0x1 && code <= 0x8) || code == 0xB || (code >= 0xE && code <= 0x1F) ||
           (code >= 0x7F && code <= 0x9F) || (code >= 0xFDD0 && code <= 0xFDEF) ||
           (code & 0xFFFE) == 0xFFFE;
}

void append_number(std::string& out, std::uint32_t code) {
    if (code >= 0x80 && code <= 0x9F) {
        unicode::append(out, kWindows[code - 0x80]);
    } else if (code == 0 || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
        unicode::append(out, 0xFFFD);
    } else if (code == '\r' || !is_dropped(code)) {
        unicode::append(out, code);
    }
}

/// Reads "#65;" or "#x41;" behind the '&'; 0 when it is none.
std::size_t take_number(std::string& out, std::string_view text) {
    const bool is_hex = text.size() > 1 && (text[1] == 'x' || text[1] == 'X');
    std::size_t at = is_hex ? 2 : 1;
    const std::size_t begin = at;
    std::uint32_t code = 0;
    for (; at < text.size(); ++at) {
        const int digit = ascii::hex_value(text[at]);
        if (digit < 0 || (!is_hex && digit > 9)) break;
        code = std::min(code * (is_hex ? 16 : 10) + static_cast<std::uint32_t>(digit), 0x110000U);
    }
    if (at == begin) return 0;
    append_number(out, code);
    return at < text.size() && text[at] == ';' ? at + 1 : at;
}

/// Reads the longest name behind the '&'; 0 when there is none.
std::size_t take_name(std::string& out, std::string_view text) {
    for (std::size_t size = std::min(text.size(), kMaxName + 1); size > 1; --size) {
        const std::string_view name = text.substr(0, size);
        const auto found = std::lower_bound(
            kHtmlEntities.begin(), kHtmlEntities.end(), name,
            [](const HtmlEntity& entity, std::string_view wanted) { return entity.name < wanted; });
        if (found == kHtmlEntities.end() || found->name != name) continue;
        out += found->text;
        return size;
    }
    return 0;
}

}  // namespace

std::string html_unescape(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t at = text.find('&');
        out += text.substr(0, at);
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
        const std::size_t taken =
            text.starts_with('#') ? take_number(out, text) : take_name(out, text);
        if (taken == 0) out += '&';
        text.remove_prefix(taken);
    }
}

}  // namespace pottle::templating::library
