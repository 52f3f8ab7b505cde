// SPDX-License-Identifier: MIT
/// \file
/// `text % values`: Python's printf-style formatting.
#include "unicode.hpp"

#include <pottle/templating/operations.hpp>

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// A field wider than this is refused: no page needs it, and it would be memory for nothing.
constexpr std::int64_t kMaxWidth = 1'000'000;

struct Field {
    bool left = false;
    bool zero = false;
    bool plus = false;
    bool space = false;
    bool alternate = false;
    std::int64_t width = 0;
    std::int64_t precision = -1;
    char conversion = 0;
};

/// What ascii() makes of repr()'s text.
std::string to_ascii(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t code = unicode::decode(text, at);
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x100) {
            out += fmt::format("\\x{:02x}", code);
        } else if (code < 0x10000) {
            out += fmt::format("\\u{:04x}", code);
        } else {
            out += fmt::format("\\U{:08x}", code);
        }
    }
    return out;
}

class Formatter {
public:
    Formatter(std::string_view format, bool is_safe, const Value& arguments)
        : rest_(format), is_safe_(is_safe), arguments_(arguments) {}

    std::string run();

private:
    [[noreturn]] static void fail_end() { fail(ErrorKind::Value, "incomplete format"); }
    char peek() const {
        if (rest_.empty()) fail_end();
        return rest_.front();
    }
    char take() {
        const char c = peek();
        rest_.remove_prefix(1);
        return c;
    }
    Value next_argument();
    std::int64_t number();
    void field();
    void write(const Field& field, const Value& value);
    void write_text(const Field& field, const Value& value);
    std::string digits(const Field& field, const Value& value) const;
    std::string real(const Field& field, double value) const;
    void pad(const Field& field, std::string_view sign, std::string_view body, bool numeric);

    std::string_view rest_;
    bool is_safe_;
    const Value& arguments_;
    Value named_ = Value::missing();  ///< the argument of %(name)s
    std::size_t taken_ = 0;
    bool by_name_ = false;
    std::string out_;
};

Value Formatter::next_argument() {
    if (!named_.is_missing()) return std::exchange(named_, Value::missing());
    if (arguments_.is(Kind::Tuple)) {
        const List& values = arguments_.as_list();
        if (taken_ >= values.size()) fail_type("not enough arguments for format string");
        return values[taken_++];
    }
    if (taken_++) fail_type("not enough arguments for format string");
    return arguments_;
}

std::int64_t Formatter::number() {
    std::int64_t number = 0;
    if (peek() == '*') {
        take();
        const Value value = next_argument();
        if (!value.is_integer()) fail_type("* wants int");
        number = value.as_int();
    } else {
        while (peek() >= '0' && peek() <= '9' && number <= kMaxWidth)
            number = number * 10 + (take() - '0');
    }
    if (number > kMaxWidth || number < -kMaxWidth)
        fail(ErrorKind::Limit, "the width of a format is past 1,000,000");
    return number;
}

void Formatter::field() {
    Field field;
    if (peek() == '(') {
        const std::size_t end = rest_.find(')');
        if (end == std::string_view::npos) fail(ErrorKind::Value, "incomplete format key");
        if (!arguments_.is_dictlike()) fail_type("format requires a mapping");
        const std::string_view name = rest_.substr(1, end - 1);
        named_ = find_key(arguments_, name);
        by_name_ = true;
        if (named_.is_missing())
            fail(ErrorKind::Value, fmt::format("the format's key '{}' is not there", name));
        rest_.remove_prefix(end + 1);
    }
    for (bool flags = true; flags;) {
        switch (peek()) {
            case '-':
                field.left = true;
                break;
            case '0':
                field.zero = true;
                break;
            case '+':
                field.plus = true;
                break;
            case ' ':
                field.space = true;
                break;
            case '#':
                field.alternate = true;
                break;
            default:
                flags = false;
                continue;
        }
        take();
    }
    field.width = number();
    if (field.width < 0) {
        field.left = true;
        field.width = -field.width;
    }
    if (peek() == '.') {
        take();
        field.precision = std::max<std::int64_t>(number(), 0);
    }
    while (peek() == 'l' || peek() == 'h' || peek() == 'L') take();
    field.conversion = take();
    if (field.conversion == '%') {
        out_ += '%';
        return;
    }
    write(field, next_argument());
}

void Formatter::pad(const Field& field, std::string_view sign, std::string_view body,
                    bool numeric) {
    std::size_t size = sign.size();
    for (const char c : body) size += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    const auto width = static_cast<std::size_t>(field.width);
    const std::size_t fill = width > size ? width - size : 0;
    if (field.left) {
        out_.append(sign).append(body).append(fill, ' ');
    } else if (field.zero && numeric) {
        out_.append(sign).append(fill, '0').append(body);
    } else {
        out_.append(fill, ' ').append(sign).append(body);
    }
}

void Formatter::write_text(const Field& field, const Value& value) {
    std::string text;
    if (field.conversion != 's') {
        append_repr(text, value);
        if (field.conversion == 'a') text = to_ascii(text);
        if (is_safe_) {
            std::string escaped;
            append_escaped(escaped, text);
            text = std::move(escaped);
        }
    } else if (is_safe_) {
        append_escaped(text, value);
    } else {
        append_text(text, value);
    }
    if (field.precision >= 0) {
        std::size_t at = 0;
        for (std::int64_t left = field.precision; left > 0 && at < text.size(); --left) do
                ++at;
            while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
        text.resize(at);
    }
    pad(field, "", text, false);
}

std::string Formatter::digits(const Field& field, const Value& value) const {
    const WideInteger number = value.to_wide();
    __extension__ using Unsigned = unsigned __int128;
    Unsigned rest = number < 0 ? 0 - static_cast<Unsigned>(number) : static_cast<Unsigned>(number);
    const unsigned base = field.conversion == 'o'                              ? 8
                          : field.conversion == 'x' || field.conversion == 'X' ? 16
                                                                               : 10;
    std::string text;
    do {
        const auto digit = static_cast<unsigned>(rest % base);
        const char letter = field.conversion == 'X' ? 'A' : 'a';
        text += static_cast<char>(digit < 10 ? '0' + digit
                                             : static_cast<unsigned>(letter) + digit - 10);
        rest /= base;
    } while (rest);
    if (field.precision > 0 && text.size() < static_cast<std::size_t>(field.precision))
        text.append(static_cast<std::size_t>(field.precision) - text.size(), '0');
    if (field.alternate && base != 10)
        text += base == 8 ? "o0" : field.conversion == 'X' ? "X0" : "x0";
    return {text.rbegin(), text.rend()};
}

std::string Formatter::real(const Field& field, double value) const {
    const int precision =
        field.precision < 0 ? 6 : static_cast<int>(std::min<std::int64_t>(field.precision, 500));
    if (field.conversion == 'f' && !field.alternate && std::isfinite(value)) {
        char text[1024];  // 309 digits, the point and 500 more
        const auto end =
            std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, precision).ptr;
        return {text, end};
    }
    const std::string_view alternate = field.alternate ? "#" : "";
    return fmt::format(
        fmt::runtime(fmt::format("{{:{}.{}{}}}", alternate, precision, field.conversion)), value);
}

void Formatter::write(const Field& field, const Value& value) {
    const auto sign_of = [&](bool negative) {
        return negative ? "-" : field.plus ? "+" : field.space ? " " : "";
    };
    switch (field.conversion) {
        case 's':
        case 'r':
        case 'a':
            return write_text(field, value);
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o': {
            const bool decimal =
                field.conversion == 'd' || field.conversion == 'i' || field.conversion == 'u';
            if (value.is_undefined()) fail_undefined(value);
            if (!value.is_integer() && !(decimal && value.is(Kind::Float)))
                fail_type(fmt::format("%{} format: a{} is required, not {}", field.conversion,
                                      decimal ? " real number" : "n integer", type_name(value)));
            if (value.is(Kind::Float) &&
                (!std::isfinite(value.as_float()) || std::abs(value.as_float()) > 0x1p126))
                fail(ErrorKind::Value, "cannot convert this float to integer");
            return pad(field, sign_of(value.to_wide() < 0), digits(field, value), true);
        }
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': {
            if (value.is_undefined()) fail_undefined(value);
            if (!value.is_number())
                fail_type(fmt::format("must be real number, not {}", type_name(value)));
            const double number = value.to_double();
            return pad(field, sign_of(std::signbit(number)), real(field, std::abs(number)), true);
        }
        case 'c': {
            std::string text;
            if (value.is_string()) {
                text = value.as_string();
            } else if (value.is_integer() && value.as_int() > 0 && value.as_int() < 128) {
                text.assign(1, static_cast<char>(value.as_int()));
            }
            if (text.empty()) fail_type("%c requires int or char");
            return pad(field, "", text, false);
        }
        default:
            fail(ErrorKind::Value,
                 fmt::format("unsupported format character '{}'", field.conversion));
    }
}

std::string Formatter::run() {
    while (!rest_.empty()) {
        const std::size_t at = rest_.find('%');
        out_ += rest_.substr(0, at);
        if (at == std::string_view::npos) break;
        rest_.remove_prefix(at + 1);
        field();
    }
    const std::size_t given = arguments_.is(Kind::Tuple) ? arguments_.as_list().size()
                              : arguments_.is_dictlike() || arguments_.is_listlike() ? taken_
                                                                                     : 1;
    if (!by_name_ && taken_ < given)
        fail_type("not all arguments converted during string formatting");
    return std::move(out_);
}

}  // namespace

Value format_text(Arena& arena, const Value& format, const Value& arguments) {
    const std::string text = Formatter(format.as_string(), format.is_safe(), arguments).run();
    const Value made = Value::string(arena.copy(text));
    return format.is_safe() ? made.as_markup() : made;
}

}  // namespace pottle::templating
