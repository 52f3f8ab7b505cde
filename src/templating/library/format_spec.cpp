// SPDX-License-Identifier: MIT
/// \file
#include "format_spec.hpp"

#include "support.hpp"
#include "unicode.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

/// More digits than any number has that is shown to people.
constexpr std::int64_t kMaxPrecision = 500;

/// [[fill]align][sign][#][0][width][grouping][.precision][type]
struct Specification {
    std::string_view fill = " ";
    char align = 0;  ///< one of <>^=, 0 for the value's own
    char sign = '-';
    bool alternate = false;
    std::int64_t width = 0;
    char grouping = 0;
    std::int64_t precision = -1;
    char type = 0;
};

[[noreturn]] void fail_specification() {
    fail(ErrorKind::Value, "Invalid format specifier");
}

std::int64_t take_number(std::string_view& text) {
    std::int64_t number = 0;
    while (!text.empty() && ascii::is_digit(text[0])) {
        number = std::min<std::int64_t>(number * 10 + (text[0] - '0'), 1'000'000'000);
        text.remove_prefix(1);
    }
    return number;
}

Specification parse(std::string_view text) {
    Specification made;
    const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
    const auto take = [&text](char c) {
        const bool found = text.starts_with(c);
        if (found) text.remove_prefix(1);
        return found;
    };
    std::size_t fill = 0;
    if (!text.empty()) unicode::decode(text, fill);
    if (fill > 0 && fill < text.size() && is_align(text[fill])) {
        made.fill = text.substr(0, fill);
        text.remove_prefix(fill);
    }
    if (!text.empty() && is_align(text[0])) {
        made.align = text[0];
        text.remove_prefix(1);
    }
    for (const char sign : {'+', '-', ' '})
        if (take(sign)) made.sign = sign;
    made.alternate = take('#');
    if (take('0') && made.align == 0) {
        made.fill = "0";
        made.align = '=';
    }
    made.width = take_number(text);
    for (const char grouping : {',', '_'})
        if (take(grouping)) made.grouping = grouping;
    if (take('.')) {
        if (text.empty() || !ascii::is_digit(text[0]))
            fail(ErrorKind::Value, "Format specifier missing precision");
        made.precision = take_number(text);
    }
    if (!text.empty()) {
        made.type = text[0];
        text.remove_prefix(1);
    }
    if (!text.empty()) fail_specification();
    return made;
}

std::string padded(Render& render, const Specification& spec, std::string_view sign,
                   std::string_view body, char own_align) {
    const auto size = static_cast<std::int64_t>(unicode::count(sign) + unicode::count(body));
    if (spec.width <= size) return std::string(sign).append(body);
    const auto total = static_cast<std::uint64_t>(spec.width - size);
    require_room(render, total, spec.fill.size());
    const char align = spec.align ? spec.align : own_align;
    const std::uint64_t left = align == '<' ? 0 : align == '^' ? total / 2 : total;
    std::string out;
    const auto fill = [&](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) out += spec.fill;
    };
    if (align == '=') {
        out += sign;
        fill(total);
        return out.append(body);
    }
    fill(left);
    out.append(sign).append(body);
    fill(total - left);
    return out;
}

std::string_view sign_of(const Specification& spec, bool negative) {
    return negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
}

/// Digits in groups; with zeros in front where the number is padded with them.
std::string grouped(const Specification& spec, std::string digits, std::size_t group,
                    std::size_t around) {
    if (!spec.grouping) return digits;
    if (spec.fill == "0" && spec.align == '=') {
        std::size_t count = digits.size();
        const auto width = static_cast<std::size_t>(spec.width);
        while (count + (count - 1) / group + around < width) ++count;
        digits.insert(0, count - digits.size(), '0');
    }
    for (std::size_t at = digits.size(); at > group;) {
        at -= group;
        digits.insert(at, 1, spec.grouping);
    }
    return digits;
}

std::string digits_of(WideInteger value, unsigned base, char letter) {
    __extension__ using Unsigned = unsigned __int128;
    Unsigned rest = value < 0 ? 0 - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
    std::string digits;
    do {
        const auto digit = static_cast<unsigned>(rest % base);
        digits += static_cast<char>(digit < 10 ? '0' + digit
                                               : static_cast<unsigned>(letter) + digit - 10);
        rest /= base;
    } while (rest);
    return {digits.rbegin(), digits.rend()};
}

std::string format_integer(Render& render, const Specification& spec, WideInteger value) {
    if (spec.precision >= 0)
        fail(ErrorKind::Value, "Precision not allowed in integer format specifier");
    if (spec.type == 'c') {
        if (value < 0 || value > 0x10FFFF) fail(ErrorKind::Value, "%c arg not in range(0x110000)");
        std::string character;
        unicode::append(character, static_cast<std::uint32_t>(value));
        return padded(render, spec, "", character, '<');
    }
    unsigned base = 10;
    std::string_view prefix;
    switch (spec.type) {
        case 'b':
            base = 2;
            prefix = "0b";
            break;
        case 'o':
            base = 8;
            prefix = "0o";
            break;
        case 'x':
        case 'X':
            base = 16;
            prefix = spec.type == 'x' ? "0x" : "0X";
            break;
        default:
            break;
    }
    if (base != 10 && spec.grouping == ',')
        fail(ErrorKind::Value, fmt::format("Cannot specify ',' with '{}'.", spec.type));
    std::string sign(sign_of(spec, value < 0));
    if (spec.alternate) sign += prefix;
    require_room(render, static_cast<std::uint64_t>(spec.width));
    const std::string digits = digits_of(value, base, spec.type == 'X' ? 'A' : 'a');
    return padded(render, spec, sign, grouped(spec, digits, base == 10 ? 3 : 4, sign.size()), '>');
}

/// A float without a type: as repr(), or with so many significant digits and ".0" behind whole
/// numbers.
std::string general(double value, std::int64_t precision) {
    std::string out;
    if (precision < 0 || !std::isfinite(value)) {
        append_float(out, value);
        return out;
    }
    const int digits = static_cast<int>(std::max<std::int64_t>(precision, 1));
    std::string text = fmt::format("{:.{}e}", value, digits - 1);
    const std::size_t e = text.find('e');
    int exponent = 0;
    const char* const begin = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(begin, text.data() + text.size(), exponent);
    if (exponent >= -4 && exponent < digits - 1) {
        out = fmt::format("{:.{}f}", value, std::max(digits - 1 - exponent, 1));
        while (out.ends_with('0') && !out.ends_with(".0")) out.pop_back();
        return out;
    }
    std::string mantissa = text.substr(0, e);
    if (mantissa.find('.') != std::string::npos) {
        while (mantissa.ends_with('0')) mantissa.pop_back();
        if (mantissa.ends_with('.')) mantissa.pop_back();
    }
    return mantissa + text.substr(e);
}

std::string real_text(const Specification& spec, double value) {
    const int precision = static_cast<int>(spec.precision < 0 ? 6 : spec.precision);
    const std::string_view alternate = spec.alternate ? "#" : "";
    switch (spec.type) {
        case 0:
            return general(value, spec.precision);
        case '%':
            return fmt::format("{:.{}f}%", value * 100, precision);
        case 'n':
            return fmt::format("{:.{}g}", value, precision);
        default:
            return fmt::format(
                fmt::runtime(fmt::format("{{:{}.{}{}}}", alternate, precision, spec.type)), value);
    }
}

std::string format_real(Render& render, const Specification& spec, double value) {
    if (spec.precision > kMaxPrecision)
        fail(ErrorKind::Limit, "the precision of a format is past 500");
    require_room(render, static_cast<std::uint64_t>(spec.width));
    const std::string_view sign = sign_of(spec, std::signbit(value) && !std::isnan(value));
    const std::string text = real_text(spec, std::fabs(value));
    const std::size_t whole = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view rest = std::string_view(text).substr(whole);
    std::string body = grouped(spec, text.substr(0, whole), 3, sign.size() + rest.size());
    return padded(render, spec, sign, body.append(rest), '>');
}

std::string format_text(Render& render, const Specification& spec, std::string_view text) {
    if (spec.type != 0 && spec.type != 's')
        fail(ErrorKind::Value,
             fmt::format("Unknown format code '{}' for object of type 'str'", spec.type));
    if (spec.align == '=' && spec.fill != "0")
        fail(ErrorKind::Value, "'=' alignment not allowed in string format specifier");
    if (spec.sign != '-') fail(ErrorKind::Value, "Sign not allowed in string format specifier");
    if (spec.grouping) fail(ErrorKind::Value, "Cannot specify ',' with 's'.");
    if (spec.precision >= 0) text = unicode::first(text, static_cast<std::size_t>(spec.precision));
    Specification own = spec;
    if (own.align == '=') own.align = '<';
    return padded(render, own, "", text, '<');
}

bool is_type(char type, std::string_view known) {
    return known.find(type) != std::string_view::npos;
}

}  // namespace

std::string format_value(Render& render, const Value& value, std::string_view specification) {
    if (specification.empty()) return to_text(value);
    if (value.is_undefined()) fail_undefined(value);
    const Specification spec = parse(specification);
    if (value.is_string()) return format_text(render, spec, value.as_string());
    if (!value.is_number())
        fail_type(
            fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
    const bool as_integer = spec.type == 0 || is_type(spec.type, "bcdoxXn");
    if (value.is_integer() && as_integer) return format_integer(render, spec, value.to_wide());
    if (spec.type != 0 && !is_type(spec.type, "eEfFgGn%"))
        fail(ErrorKind::Value, fmt::format("Unknown format code '{}' for object of type '{}'",
                                           spec.type, type_name(value)));
    return format_real(render, spec, value.to_double());
}

}  // namespace pottle::templating::library
