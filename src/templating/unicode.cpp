// SPDX-License-Identifier: MIT
/// \file
/// Characters: ASCII is answered at once, the rest is looked up in the tables.
#include "unicode.hpp"

#include "unicode_tables.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>

#include <algorithm>

namespace pottle::templating::unicode {

namespace {

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

bool in(std::span<const Range> ranges, std::uint32_t character) {
    const auto after = std::upper_bound(
        ranges.begin(), ranges.end(), character,
        [](std::uint32_t wanted, const Range& range) { return wanted < range.first; });
    return after != ranges.begin() && character <= after[-1].last;
}

std::uint32_t shifted(std::span<const Shift> shifts, std::uint32_t character) {
    const auto after = std::upper_bound(
        shifts.begin(), shifts.end(), character,
        [](std::uint32_t wanted, const Shift& shift) { return wanted < shift.first; });
    if (after == shifts.begin()) return character;
    const Shift& shift = after[-1];
    const bool hit = character <= shift.last &&
                     (character - shift.first) % static_cast<std::uint32_t>(shift.stride) == 0;
    return hit ? character + static_cast<std::uint32_t>(shift.delta) : character;
}

struct Mapping {
    std::span<const Shift> shifts;
    std::span<const Special> specials;
};

void append_mapped(std::string& out, const Mapping& mapping, std::uint32_t character) {
    const auto special = std::lower_bound(
        mapping.specials.begin(), mapping.specials.end(), character,
        [](const Special& row, std::uint32_t wanted) { return row.character < wanted; });
    if (special != mapping.specials.end() && special->character == character) {
        out += special->text;
    } else {
        append(out, shifted(mapping.shifts, character));
    }
}

std::string mapped(std::string_view text, const Mapping& mapping) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) append_mapped(out, mapping, decode(text, at));
    return out;
}

/// Most texts are ASCII to the end. Returns where the text is not any more; `out` has what is
/// before it.
std::size_t map_ascii(std::string_view text, std::string& out, char (&map)(char)) {
    out.assign(text);
    std::size_t at = 0;
    for (; at < text.size() && static_cast<unsigned char>(text[at]) < 0x80; ++at)
        out[at] = map(text[at]);
    out.resize(at);
    return at;
}

bool is_cased(std::uint32_t character) {
    return is_lower(character) || is_upper(character) || is_title(character);
}

/// Whether a cased character is the nearest one that does not count as invisible (Unicode 3.13,
/// Final_Sigma): before `begin`, or from `end` on.
bool follows_cased(std::string_view text, std::size_t begin) {
    while (begin > 0) {
        const std::uint32_t character = decode_before(text, begin);
        if (!in(kCaseIgnorable, character)) return is_cased(character);
    }
    return false;
}
bool precedes_cased(std::string_view text, std::size_t end) {
    while (end < text.size()) {
        const std::uint32_t character = decode(text, end);
        if (!in(kCaseIgnorable, character)) return is_cased(character);
    }
    return false;
}

constexpr std::uint32_t kSigma = 0x3A3;
constexpr std::uint32_t kFinalSigma = 0x3C2;

/// `begin` is where `character` stands in `text`, `end` what follows it.
void append_lower(std::string& out, std::string_view text, std::size_t begin, std::size_t end,
                  std::uint32_t character) {
    if (character == kSigma && follows_cased(text, begin) && !precedes_cased(text, end)) {
        append(out, kFinalSigma);
    } else {
        append_mapped(out, {kLower, kLowerSpecial}, character);
    }
}

}  // namespace

std::uint32_t decode(std::string_view text, std::size_t& position) noexcept {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[position + i]));
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        ++position;
        return lead;
    }
    const utf8::Sequence sequence = utf8::first_sequence(text.substr(position, 4));
    if (!sequence.valid) {
        ++position;
        return kInvalidByte + lead;
    }
    std::uint32_t character = lead & (0x7FU >> sequence.length);
    for (std::size_t i = 1; i < sequence.length; ++i) character = character << 6 | (byte(i) & 0x3F);
    position += sequence.length;
    return character;
}

std::uint32_t decode_before(std::string_view text, std::size_t& position) noexcept {
    std::size_t start = position - 1;
    while (start > 0 && position - start < 4 && is_continuation(text[start])) --start;
    std::size_t end = start;
    const std::uint32_t character = decode(text, end);
    if (end == position) {
        position = start;
        return character;
    }
    --position;
    return kInvalidByte + static_cast<unsigned char>(text[position]);
}

void append(std::string& out, std::uint32_t character) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else if (character < kInvalidByte) {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(character - kInvalidByte);
    }
}

std::string escape_non_ascii(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t character = decode(text, at);
        if (character < 0x80) {
            out += static_cast<char>(character);
            continue;
        }
        const int count = character < 0x100 ? 2 : character < 0x10000 ? 4 : 8;
        out.append(1, '\\').append(1, count == 2 ? 'x' : count == 4 ? 'u' : 'U');
        for (int i = count - 1; i >= 0; --i) out += digits[character >> (4 * i) & 15];
    }
    return out;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t count(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::size_t offset_of(std::string_view text, std::size_t index) noexcept {
    std::size_t at = 0;
    while (at < text.size() && is_continuation(text[at])) ++at;
    for (; index > 0 && at < text.size(); --index) {
        do ++at;
        while (at < text.size() && is_continuation(text[at]));
    }
    return index > 0 ? text.size() : at;
}

std::string_view first(std::string_view text, std::size_t characters) noexcept {
    return characters >= text.size() ? text : text.substr(0, offset_of(text, characters));
}

bool is_alpha(std::uint32_t character) noexcept {
    return character < 0x80 ? ascii::is_alpha(static_cast<char>(character)) : in(kAlpha, character);
}
bool is_decimal(std::uint32_t character) noexcept {
    return character < 0x80 ? ascii::is_digit(static_cast<char>(character))
                            : in(kDecimal, character);
}
bool is_digit(std::uint32_t character) noexcept {
    return in(kDigit, character);
}
bool is_numeric(std::uint32_t character) noexcept {
    return in(kNumeric, character);
}
bool is_alnum(std::uint32_t character) noexcept {
    return is_alpha(character) || is_numeric(character) || is_digit(character) ||
           is_decimal(character);
}
bool is_lower(std::uint32_t character) noexcept {
    return in(kLowercase, character);
}
bool is_upper(std::uint32_t character) noexcept {
    return in(kUppercase, character);
}
bool is_title(std::uint32_t character) noexcept {
    return in(kTitlecase, character);
}
bool is_space(std::uint32_t character) noexcept {
    if (character < 0x80)
        return character == ' ' || (character >= 0x09 && character <= 0x0D) ||
               (character >= 0x1C && character <= 0x1F);
    return in(kSpace, character);
}
bool is_printable(std::uint32_t character) noexcept {
    if (character < 0x80) return character >= 0x20 && character < 0x7F;
    return character < kInvalidByte && !in(kUnprintable, character);
}
bool is_word(std::uint32_t character) noexcept {
    return character == '_' || is_alnum(character);
}

int decimal_value(std::uint32_t character) noexcept {
    if (character < 0x80)
        return character >= '0' && character <= '9' ? static_cast<int>(character - '0') : -1;
    // The digits of a script follow each other from nought to nine.
    const auto after = std::upper_bound(
        kDecimal.begin(), kDecimal.end(), character,
        [](std::uint32_t wanted, const Range& range) { return wanted < range.first; });
    if (after == kDecimal.begin() || character > after[-1].last) return -1;
    return static_cast<int>((character - after[-1].first) % 10);
}

std::string lower(std::string_view text) {
    std::string out;
    std::size_t at = map_ascii(text, out, ascii::to_lower);
    while (at < text.size()) {
        const std::size_t begin = at;
        const std::uint32_t character = decode(text, at);
        if (character < 0x80) {
            out += ascii::to_lower(static_cast<char>(character));
        } else {
            append_lower(out, text, begin, at, character);
        }
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out;
    std::size_t at = map_ascii(text, out, ascii::to_upper);
    while (at < text.size()) {
        const std::uint32_t character = decode(text, at);
        if (character < 0x80) {
            out += ascii::to_upper(static_cast<char>(character));
        } else {
            append_mapped(out, {kUpper, kUpperSpecial}, character);
        }
    }
    return out;
}

std::string casefold(std::string_view text) {
    return mapped(text, {kFold, kFoldSpecial});
}

std::string swapcase(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t character = decode(text, at);
        if (is_upper(character)) {
            append_lower(out, text, begin, at, character);
        } else if (is_lower(character)) {
            append_mapped(out, {kUpper, kUpperSpecial}, character);
        } else {
            append(out, character);
        }
    }
    return out;
}

std::string capitalize(std::string_view text) {
    std::string out;
    if (text.empty()) return out;
    std::size_t at = 0;
    append_mapped(out, {kTitle, kTitleSpecial}, decode(text, at));
    while (at < text.size()) {
        const std::size_t begin = at;
        const std::uint32_t character = decode(text, at);
        append_lower(out, text, begin, at, character);
    }
    return out;
}

std::string title(std::string_view text) {
    std::string out;
    bool behind_cased = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t character = decode(text, at);
        if (behind_cased) {
            append_lower(out, text, begin, at, character);
        } else {
            append_mapped(out, {kTitle, kTitleSpecial}, character);
        }
        behind_cased = is_cased(character);
    }
    return out;
}

std::string_view strip_start(std::string_view text) noexcept {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size() && is_space(decode(text, at)); begin = at) {
    }
    return text.substr(begin);
}

std::string_view strip_end(std::string_view text) noexcept {
    std::size_t end = text.size();
    for (std::size_t at = end; at > 0 && is_space(decode_before(text, at)); end = at) {
    }
    return text.substr(0, end);
}

Line first_line(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t c = decode(text, at);
        const bool ends = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 ||
                          c == 0x2028 || c == 0x2029;
        if (!ends) continue;
        if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
        return {text.substr(0, begin), text.substr(begin, at - begin)};
    }
    return {text, {}};
}

}  // namespace pottle::templating::unicode
