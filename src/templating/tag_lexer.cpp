// SPDX-License-Identifier: MIT
/// \file
/// What stands inside tags: names, numbers, texts, operators, and the end of the tag.
#include "token.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/templating/call.hpp>

#include <array>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

bool is_name_character(char c) {
    return ascii::is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::array<std::string_view, 6> kLongOperators = {"**", "//", "==", "!=", ">=", "<="};
constexpr std::string_view kOperators = "+-/*%~[](){}><=.:|,;";

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

char simple_escape(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case '\\':
        case '\'':
        case '"':
            return c;
        default:
            return '\0';
    }
}

}  // namespace

void Lexer::tag(TokenKind end_kind, std::string_view end, bool trims, bool is_line) {
    brackets_.clear();
    while (true) {
        if (brackets_.empty() && (is_line ? line_end() : tag_end(end, trims, end_kind))) return;
        if (at_ >= source_.size()) {
            // The parser says what it misses; a line statement ends with the text.
            return;
        }
        if (const std::size_t next = skip_space(at_); next != at_) {
            moved(at_, next);
            continue;
        }
        const std::size_t before = at_;
        tag_token();
        moved(before, at_);
    }
}

bool Lexer::tag_end(std::string_view end, bool trims, TokenKind kind) {
    std::size_t next = at_;
    if (starts(next, "-") && starts(next + 1, end)) {
        next = skip_space(next + 1 + end.size());
    } else if (trims && starts(next, "+") && starts(next + 1, end)) {
        next += 1 + end.size();
    } else if (starts(next, end)) {
        next += end.size();
        if (trims && syntax_.trim_blocks && starts(next, "\n")) ++next;
    } else {
        return false;
    }
    add(kind, at_, next);
    moved(at_, next);
    return true;
}

/// Spaces up to the last newline of a run of them, or up to the end of the text.
bool Lexer::line_end() {
    const std::size_t end = skip_space(at_);
    std::size_t next = end;
    if (end < source_.size()) {
        while (next > at_ && source_[next - 1] != '\n') --next;
        if (next == at_) return false;
    }
    add(TokenKind::BlockEnd, at_, next);
    moved(at_, next);
    return true;
}

void Lexer::tag_token() {
    const char c = source_[at_];
    if (ascii::is_digit(c)) return number();
    if (is_name_character(c)) {
        std::size_t end = at_;
        while (end < source_.size() && is_name_character(source_[end])) ++end;
        add(TokenKind::Name, at_, end);
        at_ = end;
        return;
    }
    if (c == '\'' || c == '"') return string(c);
    operation();
}

/// digits, "_" between them, with a fraction or an exponent.
bool Lexer::is_float(std::size_t& end) const {
    if (at_ && source_[at_ - 1] == '.') return false;
    const auto digits = [this](std::size_t& at) {
        const std::size_t begin = at;
        while (at < source_.size() &&
               (ascii::is_digit(source_[at]) ||
                (source_[at] == '_' && at > begin && at + 1 < source_.size() &&
                 ascii::is_digit(source_[at + 1]))))
            ++at;
        return at > begin;
    };
    std::size_t at = at_;
    if (!digits(at)) return false;
    bool found = false;
    if (std::size_t fraction = at + 1; starts(at, ".") && digits(fraction)) {
        at = fraction;
        found = true;
    }
    if (starts(at, "e") || starts(at, "E")) {
        std::size_t exponent = at + 1;
        if (starts(exponent, "+") || starts(exponent, "-")) ++exponent;
        if (digits(exponent)) {
            at = exponent;
            found = true;
        }
    }
    end = at;
    return found;
}

void Lexer::number() {
    std::size_t end = at_;
    const auto offset = static_cast<std::uint32_t>(at_);
    if (is_float(end)) {
        const std::string_view text = source_.substr(at_, end - at_);
        tokens_.push_back({TokenKind::Float, offset, text,
                           Value::real(parse_float(Value::string(text)).value_or(0))});
        at_ = end;
        return;
    }
    const auto run = [&](std::size_t from, auto&& takes) {
        std::size_t at = from;
        while (at < source_.size()) {
            const std::size_t digit = source_[at] == '_' && at + 1 < source_.size() ? at + 1 : at;
            if (!takes(source_[digit])) break;
            at = digit + 1;
        }
        return at;
    };
    end = at_ + 1;
    if (source_[at_] != '0') {
        end = run(at_, [](char c) { return ascii::is_digit(c); });
    } else {
        const char letter = end < source_.size() ? ascii::to_lower(source_[end]) : '\0';
        std::size_t based = end;
        if (letter == 'x') based = run(end + 1, [](char c) { return ascii::hex_value(c) >= 0; });
        if (letter == 'o') based = run(end + 1, [](char c) { return c >= '0' && c <= '7'; });
        if (letter == 'b') based = run(end + 1, [](char c) { return c == '0' || c == '1'; });
        end = based > end + 1 ? based : run(at_, [](char c) { return c == '0'; });
    }
    const std::string_view text = source_.substr(at_, end - at_);
    const auto value = parse_integer(Value::string(text), 0);
    if (!value) fail_syntax(offset, fmt::format("the integer {} is past 127 bits", text));
    tokens_.push_back({TokenKind::Integer, offset, text, *value});
    at_ = end;
}

void Lexer::string(char quote) {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size())
        fail_syntax(static_cast<std::uint32_t>(at_),
                    fmt::format("unexpected char {:?} at {}: the text has no end",
                                std::string_view(&quote, 1), at_));
    const std::string_view body = source_.substr(at_ + 1, end - at_ - 1);
    tokens_.push_back({TokenKind::String, static_cast<std::uint32_t>(at_), unescape(body, at_)});
    at_ = end + 1;
}

/// Python's escapes; an unknown one stays as it is written.
std::string_view Lexer::unescape(std::string_view body, std::size_t offset) {
    body = with_newlines(body);
    if (body.find('\\') == std::string_view::npos) return body;
    std::string out;
    const auto hexadecimal = [&](std::size_t& i, std::size_t digits) {
        std::uint32_t code = 0;
        for (std::size_t k = 0; k < digits; ++k) {
            const int value = i + 1 < body.size() ? ascii::hex_value(body[i + 1]) : -1;
            if (value < 0)
                fail_syntax(static_cast<std::uint32_t>(offset), "truncated escape in a text");
            code = code << 4 | static_cast<std::uint32_t>(value);
            ++i;
        }
        if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            fail_syntax(static_cast<std::uint32_t>(offset), "illegal Unicode character");
        append_utf8(out, code);
    };
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] != '\\') {
            out += body[i];
            continue;
        }
        const char c = body[++i];
        if (const char simple = simple_escape(c)) {
            out += simple;
        } else if (c == '\n') {
            continue;  // a line goes on
        } else if (c >= '0' && c <= '7') {
            std::uint32_t code = 0;
            for (int k = 0; k < 3 && i < body.size() && body[i] >= '0' && body[i] <= '7'; ++k, ++i)
                code = code * 8 + static_cast<std::uint32_t>(body[i] - '0');
            --i;
            append_utf8(out, code);
        } else if (c == 'x') {
            hexadecimal(i, 2);
        } else if (c == 'u') {
            hexadecimal(i, 4);
        } else if (c == 'U') {
            hexadecimal(i, 8);
        } else if (c == 'N') {
            // Deviates: \N{...} would need the names of all characters.
            fail_syntax(static_cast<std::uint32_t>(offset),
                        "\\N{...} is not supported: write \\uXXXX or the character");
        } else {
            out += '\\';
            out += c;
        }
    }
    return arena_.copy(out);
}

void Lexer::balance(char c) {
    const std::string_view open = "([{";
    const std::string_view close = ")]}";
    if (const std::size_t kind = open.find(c); kind != std::string_view::npos) {
        brackets_.push_back(close[kind]);
        return;
    }
    if (close.find(c) == std::string_view::npos) return;
    const auto offset = static_cast<std::uint32_t>(at_);
    if (brackets_.empty()) fail_syntax(offset, fmt::format("unexpected '{}'", c));
    const char expected = brackets_.back();
    brackets_.pop_back();
    if (expected != c)
        fail_syntax(offset, fmt::format("unexpected '{}', expected '{}'", c, expected));
}

void Lexer::operation() {
    for (const std::string_view candidate : kLongOperators) {
        if (!starts(at_, candidate)) continue;
        add(TokenKind::Operator, at_, at_ + 2);
        at_ += 2;
        return;
    }
    const char c = source_[at_];
    if (kOperators.find(c) == std::string_view::npos)
        fail_syntax(static_cast<std::uint32_t>(at_),
                    fmt::format("unexpected char '{}' at {}", c, at_));
    balance(c);
    add(TokenKind::Operator, at_, at_ + 1);
    ++at_;
}

}  // namespace pottle::templating
