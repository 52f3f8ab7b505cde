// SPDX-License-Identifier: MIT
/// \file
/// str(), repr() and escaping. Containers are written by Writer, which knows the containers around
/// it: one that holds itself is written as Python does, [...].
#include "escape.hpp"
#include "unicode.hpp"

#include <pottle/reflect/scalar.hpp>
#include <pottle/templating/object.hpp>
#include <pottle/templating/operations.hpp>

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// Nesting that repr() follows; Python's own recursion limit is of this order.
constexpr int kMaxDepth = 200;

struct Writer {
    struct Level {
        const void* container;
        const Level* outer;
    };

    std::string& out;

    void repr(const Value& value, const Level* outer, int depth);
    void items(char open, char close, const Value& value, const Level& level, int depth);
    void entries(const Value& value, const Level& level, int depth);
    void members(const Value& value, const Level& level, int depth);
};

const void* identity(const Value& value) {
    switch (value.kind()) {
        case Kind::List:
        case Kind::Tuple:
            return &value.as_list();
        case Kind::Dict:
            return &value.as_dict();
        default:
            return nullptr;  // application data holds no cycles
    }
}

void Writer::items(char open, char close, const Value& value, const Level& level, int depth) {
    out += open;
    const std::size_t size = length(value);
    for (std::size_t i = 0; i < size; ++i) {
        if (i) out += ", ";
        repr(item_at(value, i), &level, depth);
    }
    if (value.is(Kind::Tuple) && size == 1) out += ',';
    out += close;
}

void Writer::entries(const Value& value, const Level& level, int depth) {
    out += '{';
    bool first = true;
    const auto entry = [&](const Value& key, const Value& item) {
        if (!first) out += ", ";
        first = false;
        repr(key, &level, depth);
        out += ": ";
        repr(item, &level, depth);
    };
    if (value.is(Kind::Dict)) {
        for (const Dict::Entry& e : value.as_dict()) entry(e.key, e.value);
    } else if (value.table().kind == reflect::Kind::Dynamic) {
        for (const auto& [key, item] : static_cast<const JsonValue*>(value.data())->as_object())
            entry(Value::string(key), Value::json(item));
    } else {
        struct Context {
            decltype(entry)& write;
            const reflect::Table& element;
        } context{entry, *value.table().element};
        value.table().map->each(value.data(), &context,
                                [](void* opaque, std::string_view key, const void* item) {
                                    const auto& c = *static_cast<Context*>(opaque);
                                    c.write(Value::string(key), Value::reflected(item, c.element));
                                });
    }
    out += '}';
}

/// As a dataclass: User(id=1, name='x').
void Writer::members(const Value& value, const Level& level, int depth) {
    const reflect::Object& object = value.table().object();
    out += object.name;
    out += '(';
    for (std::size_t i = 0; i < object.field_count; ++i) {
        const reflect::Field& field = object.fields[i];
        if (i) out += ", ";
        out += field.name;
        out += '=';
        const void* const member = static_cast<const char*>(value.data()) + field.offset;
        repr(Value::reflected(member, *field.table), &level, depth);
    }
    out += ')';
}

void Writer::repr(const Value& value, const Level* outer, int depth) {
    if (++depth > kMaxDepth) fail(ErrorKind::Limit, "the value is nested too deeply to be printed");
    const Level level{identity(value), outer};
    if (level.container) {
        for (const Level* around = outer; around; around = around->outer) {
            if (around->container != level.container) continue;
            out += value.is(Kind::Dict) ? "{...}" : value.is(Kind::List) ? "[...]" : "(...)";
            return;
        }
    }
    switch (value.kind()) {
        case Kind::String:
            if (value.is_safe()) out += "Markup(";
            append_quoted(out, value.as_string());
            if (value.is_safe()) out += ')';
            return;
        case Kind::Undefined:
            out += "Undefined";
            return;
        case Kind::List:
        case Kind::Sequence:
            return items('[', ']', value, level, depth);
        case Kind::Tuple:
            return items('(', ')', value, level, depth);
        case Kind::Dict:
        case Kind::Mapping:
            return entries(value, level, depth);
        case Kind::Structure:
            return members(value, level, depth);
        default:
            return append_text(out, value);
    }
}

void append_scalar(std::string& out, const Value& value) {
    if (!reflect::append_text(value.table(), value.data(), out)) out += "None";
}

void append_range(std::string& out, const RangeInfo& range) {
    out += fmt::format("range({}, {}", range.start, range.stop);
    if (range.step != 1) out += fmt::format(", {}", range.step);
    out += ')';
}

void append_undefined(std::string& out, const Value& value) {
    const UndefinedInfo& info = value.as_undefined();
    if (info.behaviour == UndefinedKind::Strict) fail_undefined(value);
    if (info.behaviour != UndefinedKind::Debug) return;
    out += "{{ ";
    if (!info.hint.empty()) {
        out += "undefined value printed: ";
        out += info.hint;
    } else if (info.owner.is_missing()) {
        append_text(out, info.name);
    } else {
        out += "no such element: ";
        out += info.owner.is_none() ? "None" : std::string(type_name(info.owner)) + " object";
        out += '[';
        append_repr(out, info.name);
        out += ']';
    }
    out += " }}";
}

}  // namespace

void append_text(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Kind::Missing:
            return;
        case Kind::Undefined:
            return append_undefined(out, value);
        case Kind::None:
            out += "None";
            return;
        case Kind::Bool:
            out += value.as_bool() ? "True" : "False";
            return;
        case Kind::Int: {
            char digits[24];
            const auto end = std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr;
            out.append(digits, static_cast<std::size_t>(end - digits));
            return;
        }
        case Kind::BigInt:
            return append_integer(out, value.to_wide());
        case Kind::Float:
            return append_float(out, value.as_float());
        case Kind::String:
            out += value.as_string();
            return;
        case Kind::Range:
            return append_range(out, value.as_range());
        case Kind::Iterator:
            out += fmt::format("<{} object>", value.as_iterator().type_name());
            return;
        case Kind::Scalar:
            return append_scalar(out, value);
        case Kind::Object:
            return value.as_object().append_text(out);
        default:
            return append_repr(out, value);
    }
}

void append_repr(std::string& out, const Value& value) {
    Writer{out}.repr(value, nullptr, 0);
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t plain = 0;  // where the part begins that needs no escaping
    while (true) {
        const std::size_t at = find_escaped(text, plain);
        out += text.substr(plain, at - plain);
        if (at == text.size()) return;
        out += entity(text[at]);
        plain = at + 1;
    }
}

void append_escaped(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Kind::String:
            if (value.is_safe()) {
                out += value.as_string();
            } else {
                append_escaped(out, value.as_string());
            }
            return;
        case Kind::Missing:
        case Kind::None:
        case Kind::Bool:
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Range:
            return append_text(out, value);
        default: {
            if (value.is(Kind::Object) && value.as_object().is_markup())
                return append_text(out, value);
            std::string text;
            append_text(text, value);
            append_escaped(out, text);
        }
    }
}

void append_integer(std::string& out, WideInteger value) {
    char digits[44];
    char* at = digits + sizeof digits;
    const bool negative = value < 0;
    __extension__ using Unsigned = unsigned __int128;
    Unsigned rest = negative ? 0 - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
    do {
        *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    } while (rest);
    if (negative) *--at = '-';
    out.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

void append_float(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
        return;
    }
    if (std::isinf(value)) {
        out += value < 0 ? "-inf" : "inf";
        return;
    }
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    std::string_view scientific(text, static_cast<std::size_t>(end.ptr - text));
    if (scientific.starts_with('-')) {
        out += '-';
        scientific.remove_prefix(1);
    }
    const std::size_t e = scientific.find('e');
    int exponent = 0;
    std::string_view power = scientific.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    std::string digits(1, scientific[0]);
    if (e > 2) digits += scientific.substr(2, e - 2);
    const int count = static_cast<int>(digits.size());

    // CPython's float_repr_style: an exponent below 1e-4 and from 1e16 on.
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (count > 1) {
            out += '.';
            out.append(digits, 1);
        }
        out += fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
    } else if (exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent - 1), '0');
        out += digits;
    } else if (count <= exponent + 1) {
        out += digits;
        out.append(static_cast<std::size_t>(exponent + 1 - count), '0');
        out += ".0";
    } else {
        out.append(digits, 0, static_cast<std::size_t>(exponent) + 1);
        out += '.';
        out.append(digits, static_cast<std::size_t>(exponent) + 1);
    }
}

void append_quoted(std::string& out, std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t code = unicode::decode(text, at);
        if (code == static_cast<unsigned char>(quote) || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code == '\n') {
            out += "\\n";
        } else if (code == '\r') {
            out += "\\r";
        } else if (code == '\t') {
            out += "\\t";
        } else if (code >= unicode::kInvalidByte || unicode::is_printable(code)) {
            out += text.substr(begin, at - begin);
        } else if (code < 0x100) {
            out += fmt::format("\\x{:02x}", code);
        } else if (code < 0x10000) {
            out += fmt::format("\\u{:04x}", code);
        } else {
            out += fmt::format("\\U{:08x}", code);
        }
    }
    out += quote;
}

std::string to_text(const Value& value) {
    std::string text;
    append_text(text, value);
    return text;
}

std::string to_repr(const Value& value) {
    std::string text;
    append_repr(text, value);
    return text;
}

std::string_view type_name(const Value& value) {
    switch (value.kind()) {
        case Kind::Missing:
            return "missing";
        case Kind::Undefined:
            return "Undefined";
        case Kind::None:
            return "NoneType";
        case Kind::Bool:
            return "bool";
        case Kind::Int:
        case Kind::BigInt:
            return "int";
        case Kind::Float:
            return "float";
        case Kind::String:
            return value.is_safe() ? "markupsafe.Markup" : "str";
        case Kind::List:
        case Kind::Sequence:
            return "list";
        case Kind::Tuple:
            return "tuple";
        case Kind::Dict:
        case Kind::Mapping:
            return "dict";
        case Kind::Range:
            return "range";
        case Kind::Iterator:
            return value.as_iterator().type_name();
        case Kind::Structure:
            return value.table().object().name;
        case Kind::Scalar:
            switch (value.table().kind) {
                case reflect::Kind::Time:
                    return "datetime";
                case reflect::Kind::Duration:
                    return "timedelta";
                default:
                    return "UUID";
            }
        case Kind::Object:
            return value.as_object().type_name();
    }
    return "object";
}

}  // namespace pottle::templating
