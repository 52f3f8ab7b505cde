// SPDX-License-Identifier: MIT
/// \file
/// + - * / // % ** by Python's rules. Integers are worked out in 128 bits; what does not fit 127
/// is an error where Python would go on.
#include <pottle/templating/operations.hpp>

#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

std::string_view symbol(Operator operation) {
    switch (operation) {
        case Operator::Add:
            return "+";
        case Operator::Subtract:
            return "-";
        case Operator::Multiply:
            return "*";
        case Operator::Divide:
            return "/";
        case Operator::FloorDivide:
            return "//";
        case Operator::Modulo:
            return "%";
        case Operator::Power:
            return "** or pow()";
    }
    return "";
}

[[noreturn]] void fail_operands(Operator operation, const Value& a, const Value& b) {
    if (a.is_undefined()) fail_undefined(a);
    if (b.is_undefined()) fail_undefined(b);
    if (operation == Operator::Add && a.is_string())
        fail_type(fmt::format("can only concatenate str (not \"{}\") to str", type_name(b)));
    fail_type(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", symbol(operation),
                          type_name(a), type_name(b)));
}

[[noreturn]] void fail_overflow() {
    fail(ErrorKind::Value, "the integer is past 127 bits");
}
[[noreturn]] void fail_zero(std::string_view what) {
    fail(ErrorKind::Value, std::string(what) + " by zero");
}

WideInteger floor_divide(WideInteger a, WideInteger b) {
    const WideInteger quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/// The sign of Python's result follows the divisor.
double modulo(double a, double b) {
    double rest = std::fmod(a, b);
    if (rest != 0) {
        if ((b < 0) != (rest < 0)) rest += b;
    } else {
        rest = std::copysign(0.0, b);
    }
    return rest;
}

double floor_divide(double a, double b) {
    const double rest = modulo(a, b);
    const double quotient = (a - rest) / b;
    if (quotient == 0) return std::copysign(0.0, a / b);
    const double floored = std::floor(quotient);
    return quotient - floored > 0.5 ? floored + 1 : floored;
}

double power(double base, double exponent) {
    if (base == 0 && exponent < 0)
        fail(ErrorKind::Value, "0.0 cannot be raised to a negative power");
    if (base < 0 && exponent != std::floor(exponent))
        fail(ErrorKind::Value, "a negative number has no real root: the result would be complex");
    const double result = std::pow(base, exponent);
    if (std::isinf(result) && !std::isinf(base) && !std::isinf(exponent))
        fail(ErrorKind::Value, "the result of ** is out of range");
    return result;
}

Value power(WideInteger base, WideInteger exponent) {
    if (exponent < 0)
        return Value::real(power(static_cast<double>(base), static_cast<double>(exponent)));
    WideInteger result = 1;
    while (true) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result)) fail_overflow();
        exponent >>= 1;
        if (!exponent) return Value::wide(result);
        if (__builtin_mul_overflow(base, base, &base)) {
            // Only an unused square may overflow.
            fail_overflow();
        }
    }
}

Value of_integers(Operator operation, WideInteger a, WideInteger b) {
    WideInteger result = 0;
    switch (operation) {
        case Operator::Add:
            if (__builtin_add_overflow(a, b, &result)) fail_overflow();
            break;
        case Operator::Subtract:
            if (__builtin_sub_overflow(a, b, &result)) fail_overflow();
            break;
        case Operator::Multiply:
            if (__builtin_mul_overflow(a, b, &result)) fail_overflow();
            break;
        case Operator::Divide:
            if (b == 0) fail_zero("division");
            return Value::real(static_cast<double>(a) / static_cast<double>(b));
        case Operator::FloorDivide:
            if (b == 0) fail_zero("integer division or modulo");
            if (b == -1) {  // the one quotient that can overflow
                if (__builtin_sub_overflow(WideInteger{0}, a, &result)) fail_overflow();
                break;
            }
            result = floor_divide(a, b);
            break;
        case Operator::Modulo:
            if (b == 0) fail_zero("integer division or modulo");
            result = b == -1 ? 0 : a - floor_divide(a, b) * b;
            break;
        case Operator::Power:
            return power(a, b);
    }
    return Value::wide(result);
}

Value of_reals(Operator operation, double a, double b) {
    switch (operation) {
        case Operator::Add:
            return Value::real(a + b);
        case Operator::Subtract:
            return Value::real(a - b);
        case Operator::Multiply:
            return Value::real(a * b);
        case Operator::Divide:
            if (b == 0) fail_zero("float division");
            return Value::real(a / b);
        case Operator::FloorDivide:
            if (b == 0) fail_zero("float floor division");
            return Value::real(floor_divide(a, b));
        case Operator::Modulo:
            if (b == 0) fail_zero("float modulo");
            return Value::real(modulo(a, b));
        case Operator::Power:
            return Value::real(power(a, b));
    }
    return {};
}

/// Markup takes in a plain text escaped, whichever side it stands on.
Value concatenate(Arena& arena, const Value& a, const Value& b) {
    if (a.is_safe() == b.is_safe()) {
        const std::string_view x = a.as_string();
        const std::string_view y = b.as_string();
        char* const at = arena.characters(x.size() + y.size());
        if (!x.empty()) std::memcpy(at, x.data(), x.size());
        if (!y.empty()) std::memcpy(at + x.size(), y.data(), y.size());
        const std::string_view joined(at, x.size() + y.size());
        return a.is_safe() ? Value::markup(joined) : Value::string(joined);
    }
    std::string text;
    append_escaped(text, a);
    append_escaped(text, b);
    return Value::markup(arena.copy(text));
}

Value join_lists(Arena& arena, const Value& a, const Value& b) {
    List& joined = *arena.make<List>(arena);
    joined.reserve(length(a) + length(b));
    for (const Value& side : {a, b})
        for (std::size_t i = 0; i < length(side); ++i) joined.append(item_at(side, i));
    return a.is(Kind::Tuple) ? Value::tuple(&joined) : Value::list(&joined);
}

Value repeat(Arena& arena, const Value& value, const Value& count) {
    const WideInteger wanted = count.to_wide();
    const std::size_t times = wanted <= 0                       ? 0
                              : wanted > (WideInteger{1} << 40) ? std::size_t{1} << 40
                                                                : static_cast<std::size_t>(wanted);
    if (value.is_string()) {
        const std::string_view text = value.as_string();
        if (text.empty()) return value;
        const std::size_t size = Arena::product(text.size(), times);
        char* const at = arena.characters(size);
        for (std::size_t i = 0; i < times; ++i)
            std::memcpy(at + i * text.size(), text.data(), text.size());
        const Value made = Value::string({at, size});
        return value.is_safe() ? made.as_markup() : made;
    }
    List& repeated = *arena.make<List>(arena);
    const std::size_t size = length(value);
    if (size) repeated.reserve(Arena::product(size, times));
    for (std::size_t i = 0; size && i < times; ++i)
        for (std::size_t k = 0; k < size; ++k) repeated.append(item_at(value, k));
    return value.is(Kind::Tuple) ? Value::tuple(&repeated) : Value::list(&repeated);
}

}  // namespace

Value arithmetic(Arena& arena, Operator operation, const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) {
        if (a.is(Kind::Float) || b.is(Kind::Float))
            return of_reals(operation, a.to_double(), b.to_double());
        return of_integers(operation, a.to_wide(), b.to_wide());
    }
    switch (operation) {
        case Operator::Add:
            if (a.is_string() && b.is_string()) return concatenate(arena, a, b);
            if (a.is_listlike() && b.is_listlike() && a.is(Kind::Tuple) == b.is(Kind::Tuple))
                return join_lists(arena, a, b);
            break;
        case Operator::Multiply:
            if (b.is_integer() && (a.is_string() || a.is_listlike())) return repeat(arena, a, b);
            if (a.is_integer() && (b.is_string() || b.is_listlike())) return repeat(arena, b, a);
            break;
        case Operator::Modulo:
            if (b.is_undefined() && a.is_string()) fail_undefined(b);
            if (a.is_string()) return format_text(arena, a, b);
            break;
        default:
            break;
    }
    fail_operands(operation, a, b);
}

Value negate(const Value& value) {
    if (value.is(Kind::Float)) return Value::real(-value.as_float());
    if (value.is_integer()) return of_integers(Operator::Subtract, 0, value.to_wide());
    if (value.is_undefined()) fail_undefined(value);
    fail_type(fmt::format("bad operand type for unary -: '{}'", type_name(value)));
}

}  // namespace pottle::templating
