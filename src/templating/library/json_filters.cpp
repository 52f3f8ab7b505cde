// SPDX-License-Identifier: MIT
/// \file
/// Filter tojson: Python's json.dumps() with sorted keys, safe inside <script> and single-quoted
/// attributes.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <pottle/base/stable_sort.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

constexpr int kMaxDepth = 200;

class Writer {
public:
    Writer(Render& render, const std::string* indent) : render_(render), indent_(indent) {}

    void write(const Value& value, int depth);
    std::string take() { return std::move(out_); }

private:
    void write_text(std::string_view text);
    void write_items(const Value& value, int depth);
    void write_entries(List& entries, int depth);
    void write_members(const Value& value, int depth);
    void write_key(const Value& key);
    void separate(bool first, int depth);
    void close(char bracket, int depth);
    void line(int depth);
    std::string number(const Value& value) const;

    Render& render_;
    const std::string* indent_;  ///< of one level; nullptr: all on one line
    std::string out_;
};

void Writer::write_text(std::string_view text) {
    const auto escape = [this](std::uint32_t unit) { out_ += fmt::format("\\u{:04x}", unit); };
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t c = unicode::decode(text, at);
        switch (c) {
            case '"':
                out_ += "\\\"";
                break;
            case '\\':
                out_ += "\\\\";
                break;
            case '\n':
                out_ += "\\n";
                break;
            case '\r':
                out_ += "\\r";
                break;
            case '\t':
                out_ += "\\t";
                break;
            case '\f':
                out_ += "\\f";
                break;
            case '\b':
                out_ += "\\b";
                break;
            case '<':  // no </script>, no <!--
            case '>':
            case '&':
            case '\'':
                escape(c);
                break;
            default:
                if (c >= unicode::kInvalidByte) {
                    escape(0xFFFD);
                } else if (c >= 0x10000) {
                    escape(0xD800 + ((c - 0x10000) >> 10));
                    escape(0xDC00 + ((c - 0x10000) & 0x3FF));
                } else if (c < 0x20 || c > 0x7E) {
                    escape(c);
                } else {
                    out_ += static_cast<char>(c);
                }
        }
    }
    out_ += '"';
}

std::string Writer::number(const Value& value) const {
    if (value.is(Kind::Float) && !std::isfinite(value.as_float()))
        return std::isnan(value.as_float()) ? "NaN"
               : value.as_float() < 0       ? "-Infinity"
                                            : "Infinity";
    if (value.is_bool()) return value.as_bool() ? "true" : "false";
    return to_text(value);
}

void Writer::line(int depth) {
    out_ += '\n';
    for (int i = 0; i < depth; ++i) out_ += *indent_;
}

void Writer::separate(bool first, int depth) {
    if (!first) out_ += indent_ ? "," : ", ";
    if (indent_) line(depth);
    require_room(render_, out_.size());
}

void Writer::close(char bracket, int depth) {
    if (indent_) line(depth);
    out_ += bracket;
}

void Writer::write_items(const Value& value, int depth) {
    const std::size_t size = length(value);
    if (size == 0) {
        out_ += "[]";
        return;
    }
    out_ += '[';
    for (std::size_t i = 0; i < size; ++i) {
        separate(i == 0, depth);
        write(item_at(value, i), depth);
    }
    close(']', depth - 1);
}

void Writer::write_key(const Value& key) {
    if (key.is_string()) return write_text(key.as_string());
    if (key.is_none()) return write_text("null");
    if (key.is_number()) return write_text(number(key));
    fail_type(
        fmt::format("tojson: keys must be str, int, float, bool or None, not {}", type_name(key)));
}

void Writer::write_entries(List& entries, int depth) {
    if (entries.empty()) {
        out_ += "{}";
        return;
    }
    stable_sort(std::span(entries.begin(), entries.size()), [](const Value& a, const Value& b) {
        return less(a.as_list()[0], b.as_list()[0]);
    });
    out_ += '{';
    bool first = true;
    for (const Value& entry : entries) {
        separate(first, depth);
        first = false;
        write_key(entry.as_list()[0]);
        out_ += ": ";
        write(entry.as_list()[1], depth);
    }
    close('}', depth - 1);
}

/// A struct is an object of its fields.
void Writer::write_members(const Value& value, int depth) {
    const reflect::Object& object = value.table().object();
    List& entries = render_.new_list();
    for (std::size_t i = 0; i < object.field_count; ++i) {
        const reflect::Field& field = object.fields[i];
        const void* const member = static_cast<const char*>(value.data()) + field.offset;
        entries.append(
            render_.tuple({Value::string(field.name), Value::reflected(member, *field.table)}));
    }
    write_entries(entries, depth);
}

void Writer::write(const Value& value, int depth) {
    if (++depth > kMaxDepth) fail(ErrorKind::Limit, "tojson: the value is nested too deeply");
    switch (value.kind()) {
        case Kind::None:
            out_ += "null";
            return;
        case Kind::Bool:
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
            out_ += number(value);
            return;
        case Kind::String:
            return write_text(value.as_string());
        case Kind::Scalar:
            return write_text(to_text(value));
        case Kind::List:
        case Kind::Tuple:
        case Kind::Sequence:
            return write_items(value, depth);
        case Kind::Dict:
        case Kind::Mapping:
            return write_entries(items_of(render_.arena(), value), depth);
        case Kind::Structure:
            return write_members(value, depth);
        default:
            fail_type(fmt::format("tojson: object of type {} is not JSON serializable",
                                  type_name(value)));
    }
}

Value filter_tojson(Call& call) {
    static constexpr std::string_view names[] = {"value", "indent"};
    Value a[2];
    call.bind(names, 1, a);
    std::string indent;
    if (!is_absent(a[1])) {
        if (a[1].is_string()) {
            indent = a[1].as_string();
        } else {
            indent.assign(
                static_cast<std::size_t>(std::clamp<std::int64_t>(call.integer(a[1]), 0, 100)),
                ' ');
        }
    }
    Writer writer(call.render(), is_absent(a[1]) ? nullptr : &indent);
    writer.write(a[0], 0);
    return call.render().markup(writer.take());
}

}  // namespace

Entries json_filters() {
    static constexpr NativeEntry entries[] = {{"tojson", filter_tojson}};
    return entries;
}

}  // namespace pottle::templating::library
