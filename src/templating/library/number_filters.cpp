// SPDX-License-Identifier: MIT
/// \file
/// Filters abs, int, float, round, filesizeformat; the methods of numbers.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

Value filter_abs(Call& call) {
    call.expect(1, 1);
    const Value& value = call.self();
    if (value.is_undefined()) fail_undefined(value);
    if (value.is(Kind::Float)) return Value::real(std::fabs(value.as_float()));
    if (!value.is_integer())
        fail_type(fmt::format("bad operand type for abs(): '{}'", type_name(value)));
    const WideInteger number = value.to_wide();
    return Value::wide(number < 0 ? -number : number);
}

/// Digits of other scripts and wide spaces as ASCII, so that numbers in them can be read.
Value with_ascii_digits(Render& render, const Value& value) {
    if (!value.is_string() || unicode::is_ascii(value.as_string())) return value;
    const std::string_view text = value.as_string();
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t c = unicode::decode(text, at);
        const int digit = unicode::decimal_value(c);
        if (digit >= 0) {
            out += static_cast<char>('0' + digit);
        } else if (unicode::is_space(c)) {
            out += ' ';
        } else {
            unicode::append(out, c);
        }
    }
    return render.string(out);
}

Value filter_int(Call& call) {
    static constexpr std::string_view names[] = {"value", "default", "base"};
    Value a[3];
    call.bind(names, 1, a);
    const std::int64_t base = call.integer_or(a[2], 10);
    if (a[0].is_undefined()) fail_undefined(a[0]);
    const Value value = with_ascii_digits(call.render(), a[0]);
    const bool is_base = base == 0 || (base >= 2 && base <= 36);
    if (!value.is_string() || is_base)
        if (const auto number = parse_integer(value, static_cast<int>(base))) return *number;
    // "42.23" is 42.
    if (const auto real = parse_float(value)) {
        if (std::isinf(*real)) fail(ErrorKind::Value, "cannot convert float infinity to integer");
        if (const auto number = parse_integer(Value::real(*real))) return *number;
    }
    return a[1].is_missing() ? Value::integer(0) : a[1];
}

Value filter_float(Call& call) {
    static constexpr std::string_view names[] = {"value", "default"};
    Value a[2];
    call.bind(names, 1, a);
    if (a[0].is_undefined()) fail_undefined(a[0]);
    if (const auto real = parse_float(with_ascii_digits(call.render(), a[0])))
        return Value::real(*real);
    return a[1].is_missing() ? Value::real(0) : a[1];
}

/// Half to even on the exact decimal value, as Python's round().
double round_to_digits(double value, int digits) {
    if (!std::isfinite(value) || digits > 323) return value;
    std::string text = fmt::format("{:.{}f}", value, std::max(digits, 0));
    if (digits < 0) {
        // 60 decimals are exact for every double that is not below 1 in size.
        text = fmt::format("{:.60f}", value);
        const std::size_t begin = text.starts_with('-');
        const std::size_t point = text.find('.');
        const auto dropped = static_cast<std::size_t>(-digits);
        if (dropped > point - begin) return std::copysign(0.0, value);
        std::string kept = text.substr(begin, point - begin - dropped);
        const std::string_view rest = std::string_view(text).substr(begin + kept.size());
        const bool above = rest.substr(1).find_first_not_of("0.") != std::string_view::npos;
        const bool odd = !kept.empty() && (kept.back() - '0') % 2 == 1;
        if (rest[0] > '5' || (rest[0] == '5' && (above || odd))) {
            std::size_t at = kept.size();
            while (at > 0 && kept[at - 1] == '9') kept[--at] = '0';
            if (at > 0) {
                ++kept[at - 1];
            } else {
                kept.insert(0, "1");
            }
        }
        text = (begin ? "-0" : "0") + kept + std::string(dropped, '0');
    }
    double rounded = 0;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    return rounded;
}

WideInteger power_of_ten(int exponent) {
    WideInteger power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

WideInteger round_to_tens(WideInteger value, int digits) {
    if (digits > 37) return 0;
    const WideInteger unit = power_of_ten(digits);
    WideInteger quotient = value / unit;
    WideInteger rest = value % unit;
    if (rest < 0) {
        rest += unit;
        --quotient;
    }
    if (rest * 2 > unit || (rest * 2 == unit && quotient % 2 != 0)) ++quotient;
    return quotient * unit;
}

Value round_towards(double (*direction)(double), const Value& value, int precision) {
    const double scale = std::pow(10.0, precision);
    const double scaled = direction(value.to_double() * scale);
    if (!std::isfinite(scaled)) fail(ErrorKind::Value, "cannot convert this float to integer");
    return Value::real(scaled / scale);
}

Value filter_round(Call& call) {
    static constexpr std::string_view names[] = {"value", "precision", "method"};
    Value a[3];
    call.bind(names, 1, a);
    const auto precision =
        static_cast<int>(std::clamp<std::int64_t>(call.integer_or(a[1], 0), -400, 400));
    const std::string_view method = call.string_or(a[2], "common");
    if (method != "common" && method != "ceil" && method != "floor")
        fail_type("round: method must be common, ceil or floor");
    if (a[0].is_undefined()) fail_undefined(a[0]);
    if (!a[0].is_number())
        fail_type(fmt::format("type {} doesn't define __round__ method", type_name(a[0])));
    if (method == "ceil") return round_towards(std::ceil, a[0], precision);
    if (method == "floor") return round_towards(std::floor, a[0], precision);
    if (a[0].is(Kind::Float)) return Value::real(round_to_digits(a[0].as_float(), precision));
    const WideInteger number = a[0].to_wide();
    return Value::wide(precision >= 0 ? number : round_to_tens(number, -precision));
}

/// Exact, where a double next to the integer is not the integer.
bool is_below(double value, WideInteger bound) {
    return value < 0x1p126 && static_cast<WideInteger>(std::floor(value)) < bound;
}

Value filter_filesizeformat(Call& call) {
    static constexpr std::string_view names[] = {"value", "binary"};
    static constexpr std::string_view decimal[] = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    static constexpr std::string_view binary[] = {"KiB", "MiB", "GiB", "TiB",
                                                  "PiB", "EiB", "ZiB", "YiB"};
    Value a[2];
    call.bind(names, 1, a);
    const bool is_binary = call.truth_or(a[1], false);
    if (a[0].is_undefined()) fail_undefined(a[0]);
    const auto parsed = parse_float(a[0]);
    if (!parsed)
        fail(a[0].is_string() ? ErrorKind::Value : ErrorKind::Type,
             fmt::format("filesizeformat: {} is no number", to_repr(a[0])));
    const double bytes = *parsed;
    const double base = is_binary ? 1024 : 1000;
    if (bytes == 1) return Value::string("1 Byte");
    if (bytes < base)
        return call.render().string(fmt::format("{:.0f} Bytes", std::trunc(bytes) + 0.0));
    const auto& prefixes = is_binary ? binary : decimal;
    const WideInteger step = is_binary ? 1024 : 1000;
    WideInteger unit = step * step;
    std::size_t at = 0;
    for (; !is_below(bytes, unit) && at + 1 < std::size(prefixes); ++at) unit *= step;
    return call.render().string(
        fmt::format("{:.1f} {}", base * bytes / static_cast<double>(unit), prefixes[at]));
}

Value is_integer(Call& call) {
    call.expect(1, 1);
    const Value& value = call.self();
    return Value::boolean(!value.is(Kind::Float) ||
                          std::trunc(value.as_float()) == value.as_float());
}

Value bit_length(Call& call) {
    call.expect(1, 1);
    if (!call.self().is_integer())
        fail_type(fmt::format("'{}' object has no bit_length", type_name(call.self())));
    const WideInteger value = call.self().to_wide();
    __extension__ using Unsigned = unsigned __int128;
    const Unsigned size =
        value < 0 ? 0 - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
    const auto high = static_cast<std::uint64_t>(size >> 64);
    const int length =
        high ? 64 + std::bit_width(high) : std::bit_width(static_cast<std::uint64_t>(size));
    return Value::integer(length);
}

}  // namespace

Entries number_filters() {
    static constexpr NativeEntry entries[] = {
        {"abs", filter_abs},     {"filesizeformat", filter_filesizeformat},
        {"float", filter_float}, {"int", filter_int},
        {"round", filter_round},
    };
    return entries;
}

Entries number_methods() {
    static constexpr NativeEntry entries[] = {
        {"bit_length", bit_length},
        {"is_integer", is_integer},
    };
    return entries;
}

}  // namespace pottle::templating::library
