// SPDX-License-Identifier: MIT
/// \file
/// The converters of route patterns (`<int(min=1):id>`) and what their arguments mean. Everything
/// is constexpr and light, because every route literal is checked at compile time; matching is in
/// the router, converting text to values in path_value.hpp.
#pragma once

#include <pottle/base/ascii.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pottle {

/// What a parameter of a pattern accepts; also what a handler's parameter asks for.
enum class Converter : std::uint8_t {
    String,  ///< one path segment or a part of one; the default
    Int,     ///< decimal digits
    Float,   ///< digits, a point, digits
    Path,    ///< anything that does not begin with a slash
    Any,     ///< one of the listed texts
    Uuid,    ///< 8-4-4-4-12 hexadecimal digits
    Custom,  ///< in a pattern: a name of the application's own, matched like String; as a wish: any
};

/// The arguments of a converter, with the defaults of those not given.
struct ConverterOptions {
    static constexpr unsigned kUnlimited = ~0u;

    /// A bound of `min` or `max`; `integer` is set for int, `real` for float.
    struct Bound {
        bool given = false;
        long long integer = 0;
        double real = 0;
    };

    unsigned min_length = 1;           ///< string: in characters (code points)
    unsigned max_length = kUnlimited;  ///< string: in characters (code points)
    unsigned fixed_digits = 0;         ///< int: exactly that many digits; 0 for any number
    bool is_signed = false;            ///< int, float: accept a leading minus
    Bound min;
    Bound max;
};

namespace app {

/// Compares through the builtin: compilers interpret this for every route of a program.
constexpr bool same_text(std::string_view text, const char* other, std::size_t size) {
    return text.size() == size && __builtin_memcmp(text.data(), other, size) == 0;
}

/// Converter of that name as written in a pattern; empty means the default. Custom when unknown.
constexpr Converter converter_named(std::string_view name) {
    switch (name.size()) {
        case 0:
            return Converter::String;
        case 3:
            if (same_text(name, "int", 3)) return Converter::Int;
            if (same_text(name, "any", 3)) return Converter::Any;
            break;
        case 4:
            if (same_text(name, "path", 4)) return Converter::Path;
            if (same_text(name, "uuid", 4)) return Converter::Uuid;
            break;
        case 5:
            if (same_text(name, "float", 5)) return Converter::Float;
            break;
        case 6:
            if (same_text(name, "string", 6)) return Converter::String;
            break;
        case 7:
            if (same_text(name, "default", 7)) return Converter::String;
            break;
        default:
            break;
    }
    return Converter::Custom;
}

/// One argument: `name=value`, or a value alone (then `name` is empty).
struct ConverterArgument {
    std::string_view name;
    std::string_view value;  ///< without quotes
    bool quoted = false;
};

/// Takes the arguments of `any(a, b, "c d")` or `int(min=1, max=9)` apart, left to right.
class ArgumentReader {
public:
    constexpr explicit ArgumentReader(std::string_view arguments)
        : rest_(ascii::trim(arguments)), done_(rest_.empty()) {}

    constexpr bool done() const { return done_; }
    /// Returns: false when the text is not a list of arguments.
    constexpr bool next(ConverterArgument& argument) {
        argument = {};
        std::string_view word = take_word();
        if (!rest_.empty() && rest_.front() == '=') {
            rest_.remove_prefix(1);
            rest_ = ascii::trim(rest_);
            argument.name = word;
            if (word.empty()) return false;
            word = {};
        }
        if (word.empty() && !rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'')) {
            const std::size_t end = rest_.find(rest_.front(), 1);
            if (end == rest_.npos) return false;
            argument.quoted = true;
            word = rest_.substr(1, end - 1);
            rest_ = ascii::trim(rest_.substr(end + 1));
        } else if (word.empty()) {
            word = take_word();
        }
        argument.value = word;
        if (word.empty()) return false;
        return take_comma();
    }

private:
    constexpr std::string_view take_word() {
        std::size_t length = 0;
        while (length < rest_.size() && is_word(rest_[length])) ++length;
        const std::string_view word = rest_.substr(0, length);
        rest_ = ascii::trim(rest_.substr(length));
        return word;
    }
    constexpr bool take_comma() {
        done_ = rest_.empty();
        if (done_) return true;
        if (rest_.front() != ',') return false;
        rest_ = ascii::trim(rest_.substr(1));
        done_ = rest_.empty();  // a comma at the end is allowed
        return true;
    }
    static constexpr bool is_word(char c) {
        return ascii::is_alnum(c) || c == '_' || c == '.' || c == '-';
    }

    std::string_view rest_;
    bool done_;
};

/// Reads `-?[0-9]+(\.[0-9]+)?` of at most 18 digits.
constexpr bool parse_number(std::string_view text, ConverterOptions::Bound& out, bool& is_integer) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.size() > 18 || text.front() == '.' || text.back() == '.') return false;
    long long digits = 0;
    double scale = 1;
    bool point = false;
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!ascii::is_digit(c)) return false;
        digits = digits * 10 + (c - '0');
        if (point) scale *= 10;
    }
    is_integer = !point;
    out.given = true;
    out.integer = negative ? -digits : digits;
    out.real = static_cast<double>(out.integer) / scale;
    return true;
}

/// Position of an argument in Python's order when it is given without a name, by converter.
constexpr std::string_view argument_name(Converter converter, std::size_t position) {
    constexpr std::string_view kString[] = {"minlength", "maxlength", "length"};
    constexpr std::string_view kInt[] = {"fixed_digits", "min", "max", "signed"};
    constexpr std::string_view kFloat[] = {"min", "max", "signed"};
    if (converter == Converter::String) return position < 3 ? kString[position] : "";
    if (converter == Converter::Int) return position < 4 ? kInt[position] : "";
    if (converter == Converter::Float) return position < 3 ? kFloat[position] : "";
    return "";
}

constexpr bool parse_truth(std::string_view word, bool& out) {
    out = word == "True" || word == "true";
    return out || word == "False" || word == "false";
}

/// Applies one named argument. Returns: false when the converter has no such argument or the value
/// does not fit it.
constexpr bool apply_argument(Converter converter, std::string_view name, std::string_view value,
                              ConverterOptions& options) {
    if (name == "signed" && converter != Converter::String)
        return parse_truth(value, options.is_signed);
    ConverterOptions::Bound number;
    bool is_integer = false;
    if (!parse_number(value, number, is_integer)) return false;
    if (converter == Converter::String) {
        const bool fits = is_integer && number.integer >= 1 && number.integer <= 1'000'000;
        const unsigned length = fits ? static_cast<unsigned>(number.integer) : 0;
        if (name == "minlength" || name == "length") options.min_length = length;
        if (name == "maxlength" || name == "length") options.max_length = length;
        return fits && (name == "minlength" || name == "maxlength" || name == "length");
    }
    if (converter == Converter::Int && !is_integer) return false;
    if (name == "min") {
        options.min = number;
    } else if (name == "max") {
        options.max = number;
    } else if (name == "fixed_digits" && converter == Converter::Int) {
        if (number.integer < 0 || number.integer > 100) return false;
        options.fixed_digits = static_cast<unsigned>(number.integer);
    } else {
        return false;
    }
    return true;
}

/// Checks the texts listed by `any`. An item with a slash could never match one segment.
constexpr bool check_any_items(std::string_view arguments) {
    ArgumentReader reader(arguments);
    if (reader.done()) return false;
    while (!reader.done()) {
        ConverterArgument item;
        if (!reader.next(item) || !item.name.empty()) return false;
        if (item.value.find('/') != item.value.npos) return false;
    }
    return true;
}

/// Reads the text between the parentheses of a converter.
///
/// Returns: false when it holds something that this converter does not take. `any` keeps its items
/// in the text (ArgumentReader); path, uuid and custom converters take no arguments.
constexpr bool parse_converter_options(Converter converter, std::string_view arguments,
                                       ConverterOptions& options) {
    options = {};
    if (converter == Converter::Any) return check_any_items(arguments);
    ArgumentReader reader(arguments);
    for (std::size_t position = 0; !reader.done(); ++position) {
        ConverterArgument argument;
        if (!reader.next(argument) || argument.quoted) return false;
        if (argument.name.empty()) argument.name = argument_name(converter, position);
        if (converter == Converter::Path || converter == Converter::Uuid ||
            converter == Converter::Custom ||
            !apply_argument(converter, argument.name, argument.value, options))
            return false;
    }
    if (options.min_length > options.max_length) return false;
    return !options.min.given || !options.max.given || options.min.real <= options.max.real;
}

}  // namespace app
}  // namespace pottle
