// SPDX-License-Identifier: MIT
/// \file
/// Numbers in texts: Python's int() and float() of a text.
#include <pottle/templating/call.hpp>

#include <charconv>
#include <cmath>
#include <limits>

namespace pottle::templating {

namespace {

std::string_view strip(std::string_view text) {
    constexpr std::string_view space = " \t\n\r\f\v";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

/// Takes "0x" and the like off; base 0 takes its value from it.
int take_base(std::string_view& text, int base) {
    const char letter = text.size() > 1 && text[0] == '0' ? static_cast<char>(text[1] | 0x20) : ' ';
    const int named = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (named && (base == named || base == 0)) {
        text.remove_prefix(2);
        if (text.starts_with('_')) text.remove_prefix(1);
        return named;
    }
    return base == 0 ? 10 : base;
}

std::optional<Value> integer_of_text(std::string_view text, int base) {
    text = strip(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    base = take_base(text, base);
    WideInteger number = 0;
    bool digit_before = false;
    for (const char c : text) {
        if (c == '_' && digit_before) {
            digit_before = false;
            continue;
        }
        const int digit = digit_of(c);
        if (digit >= base) return std::nullopt;
        if (__builtin_mul_overflow(number, WideInteger{base}, &number) ||
            __builtin_add_overflow(number, WideInteger{digit}, &number))
            return std::nullopt;
        digit_before = true;
    }
    if (!digit_before) return std::nullopt;
    return Value::wide(negative ? -number : number);
}

}  // namespace

std::optional<Value> parse_integer(const Value& value, int base) {
    if (value.is_string()) return integer_of_text(value.as_string(), base);
    if (value.is_integer()) return Value::wide(value.to_wide());
    if (value.is(Kind::Float)) {
        const double real = value.as_float();
        if (!std::isfinite(real) || std::abs(real) >= 0x1p126) return std::nullopt;
        return Value::wide(value.to_wide());
    }
    return std::nullopt;
}

std::optional<double> parse_float(const Value& value) {
    if (value.is_number()) return value.to_double();
    if (!value.is_string()) return std::nullopt;
    std::string text;
    bool digit_before = false;
    for (const char c : strip(value.as_string())) {
        if (c == '_') {
            if (!digit_before) return std::nullopt;
            digit_before = false;
            continue;
        }
        digit_before = c >= '0' && c <= '9';
        text += c;
    }
    std::string_view rest = text;
    if (rest.starts_with('+')) rest.remove_prefix(1);
    if (rest.empty() || rest.starts_with('+')) return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (end != rest.data() + rest.size() || error == std::errc::invalid_argument)
        return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        const bool is_tiny =
            rest.find("e-") != std::string_view::npos || rest.find("E-") != std::string_view::npos;
        number = is_tiny ? 0 : std::numeric_limits<double>::infinity();
        if (rest.starts_with('-')) number = -number;
    }
    return number;
}

}  // namespace pottle::templating
