// SPDX-License-Identifier: MIT
/// \file
/// Characters of UTF-8 texts: decoding, counting, their kinds and their case, with Python's
/// answers. Invalid bytes are characters of their own, kept as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::templating::unicode {

/// A byte that is no part of a valid sequence decodes to this plus the byte.
inline constexpr std::uint32_t kInvalidByte = 0x110000;

/// The character at `position`, which is moved behind it.
std::uint32_t decode(std::string_view text, std::size_t& position) noexcept;
/// The character that ends before `position`, which is moved to its start.
std::uint32_t decode_before(std::string_view text, std::size_t& position) noexcept;
void append(std::string& out, std::uint32_t character);

/// With what is past ASCII as \xe9, \u20ac or \U0001f600, as Python's ascii() writes it.
std::string escape_non_ascii(std::string_view text);

bool is_ascii(std::string_view text) noexcept;
/// len(text). A lone continuation byte does not count, as everywhere in templates.
std::size_t count(std::string_view text) noexcept;
/// The offset of character `index`, or the text's size.
std::size_t offset_of(std::string_view text, std::size_t index) noexcept;
/// The text's first `characters`.
std::string_view first(std::string_view text, std::size_t characters) noexcept;

bool is_alpha(std::uint32_t character) noexcept;
bool is_decimal(std::uint32_t character) noexcept;
bool is_digit(std::uint32_t character) noexcept;
bool is_numeric(std::uint32_t character) noexcept;
bool is_alnum(std::uint32_t character) noexcept;
bool is_lower(std::uint32_t character) noexcept;
bool is_upper(std::uint32_t character) noexcept;
bool is_title(std::uint32_t character) noexcept;
bool is_space(std::uint32_t character) noexcept;
bool is_printable(std::uint32_t character) noexcept;
/// What `\w` matches in a regular expression.
bool is_word(std::uint32_t character) noexcept;
/// 0 to 9 for a decimal digit of any script, else -1.
int decimal_value(std::uint32_t character) noexcept;

std::string lower(std::string_view text);
std::string upper(std::string_view text);
std::string casefold(std::string_view text);
std::string swapcase(std::string_view text);
/// Its first character in title case, the others in lower case.
std::string capitalize(std::string_view text);
/// str.title(): a character behind an uncased one in title case, the others in lower case.
std::string title(std::string_view text);

/// Without white space at the start, at the end.
std::string_view strip_start(std::string_view text) noexcept;
std::string_view strip_end(std::string_view text) noexcept;
/// The first line and its end ("\n", "\r\n" and the others that str.splitlines() knows).
struct Line {
    std::string_view text;
    std::string_view end;
};
Line first_line(std::string_view text) noexcept;

}  // namespace pottle::templating::unicode
