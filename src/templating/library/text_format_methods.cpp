// SPDX-License-Identifier: MIT
/// \file
/// Methods format() and format_map() of texts. Of markup they escape what is put in.
#include "format_spec.hpp"
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <charconv>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

class Formatter {
public:
    Formatter(Render& render, bool is_safe, std::span<const Value> positional, const Value& named)
        : render_(render), is_safe_(is_safe), positional_(positional), named_(named) {}

    /// `nesting` 1: inside a specification, where only one more level may follow.
    std::string run(std::string_view text, int nesting);

private:
    std::string field(std::string_view text, int nesting);
    Value find(std::string_view name);
    Value argument(std::string_view name);
    static Value converted(Render& render, const Value& value, std::string_view conversion);

    Render& render_;
    bool is_safe_;
    std::span<const Value> positional_;
    Value named_;
    std::size_t next_ = 0;
    bool counted_ = false;   ///< "{}" has been used
    bool numbered_ = false;  ///< "{0}" has been used
};

/// Where the field ends that begins behind a '{': at the '}' of its own.
std::size_t end_of_field(std::string_view text) {
    int depth = 1;
    bool in_brackets = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '[' && depth == 1) in_brackets = true;
        if (text[at] == ']') in_brackets = false;
        if (in_brackets) continue;
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && --depth == 0) return at;
    }
    fail(ErrorKind::Value, "expected '}' before end of string");
}

std::string Formatter::run(std::string_view text, int nesting) {
    if (nesting > 2) fail(ErrorKind::Value, "Max string recursion exceeded");
    std::string out;
    while (!text.empty()) {
        const std::size_t brace = text.find_first_of("{}");
        out += text.substr(0, brace);
        if (brace == std::string_view::npos) break;
        const char kind = text[brace];
        text.remove_prefix(brace + 1);
        if (text.starts_with(kind)) {
            out += kind;
            text.remove_prefix(1);
            continue;
        }
        if (kind == '}') fail(ErrorKind::Value, "Single '}' encountered in format string");
        if (text.empty()) fail(ErrorKind::Value, "Single '{' encountered in format string");
        const std::size_t end = end_of_field(text);
        out += field(text.substr(0, end), nesting);
        text.remove_prefix(end + 1);
        require_room(render_, out.size());
    }
    return out;
}

Value Formatter::argument(std::string_view name) {
    std::size_t index = next_;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool is_number = error == std::errc() && end == name.data() + name.size();
    if (!name.empty() && !is_number) {
        const Value found = named_.is_none() ? Value::missing() : find_key(named_, name);
        if (found.is_missing())
            fail(ErrorKind::Value, fmt::format("format: no value is named '{}'", name));
        return found;
    }
    (name.empty() ? counted_ : numbered_) = true;
    if (counted_ && numbered_)
        fail(ErrorKind::Value,
             "cannot switch between manual field specification and automatic field numbering");
    if (name.empty()) index = next_++;
    if (index >= positional_.size())
        fail(ErrorKind::Value,
             fmt::format("Replacement index {} out of range for positional args tuple", index));
    return positional_[index];
}

/// "0.name[key]": an argument, then attributes and items of it.
Value Formatter::find(std::string_view name) {
    const std::size_t first = std::min(name.find_first_of(".["), name.size());
    Value found = argument(name.substr(0, first));
    name.remove_prefix(first);
    while (!name.empty()) {
        const bool is_item = name[0] == '[';
        name.remove_prefix(1);
        const std::size_t end =
            std::min(is_item ? name.find(']') : name.find_first_of(".["), name.size());
        const std::string_view part = name.substr(0, end);
        if (part.empty() || (is_item && end == name.size()))
            fail(ErrorKind::Value, "Empty attribute in format string");
        std::int64_t index = 0;
        const bool is_index =
            is_item && std::from_chars(part.data(), part.data() + part.size(), index).ptr ==
                           part.data() + part.size();
        found = is_index  ? render_.item(found, Value::integer(index))
                : is_item ? render_.item(found, render_.string(part))
                          : render_.attribute(found, part);
        if (found.is_undefined()) fail_undefined(found);
        name.remove_prefix(is_item ? end + 1 : end);
    }
    return found;
}

Value Formatter::converted(Render& render, const Value& value, std::string_view conversion) {
    if (conversion == "s") return render.string(to_text(value));
    if (conversion == "r") return render.string(to_repr(value));
    if (conversion != "a")
        fail(ErrorKind::Value, fmt::format("Unknown conversion specifier '{}'", conversion));
    return render.string(unicode::escape_non_ascii(to_repr(value)));
}

std::string Formatter::field(std::string_view text, int nesting) {
    std::size_t name_end = 0;
    for (bool in_brackets = false; name_end < text.size(); ++name_end) {
        if (text[name_end] == '[') in_brackets = true;
        if (text[name_end] == ']') in_brackets = false;
        if (!in_brackets && (text[name_end] == '!' || text[name_end] == ':')) break;
    }
    Value value = find(text.substr(0, name_end));
    text.remove_prefix(name_end);
    if (text.starts_with('!')) {
        const std::size_t end = std::min(text.find(':'), text.size());
        value = converted(render_, value, text.substr(1, end - 1));
        text.remove_prefix(end);
    }
    std::string specification;
    if (text.starts_with(':')) specification = run(text.substr(1), nesting + 1);
    if (!is_safe_ || nesting > 1) return format_value(render_, value, specification);
    std::string escaped;
    if (value.is_safe()) {
        if (!specification.empty())
            fail(ErrorKind::Value, "Unsupported format specification for Markup.");
        append_escaped(escaped, value);
    } else {
        append_escaped(escaped, format_value(render_, value, specification));
    }
    return escaped;
}

Value formatted(Call& call, std::span<const Value> positional, const Value& named) {
    const Value& text = call.self();
    Formatter formatter(call.render(), text.is_safe(), positional, named);
    return text_like(call.render(), text, formatter.run(text.as_string(), 1));
}

Value format(Call& call) {
    Dict& named = call.render().new_dict();
    for (const Keyword& keyword : call.keywords())
        named.set(Value::string(keyword.name), keyword.value);
    return formatted(call, call.positional().subspan(1), Value::dict(&named));
}

Value format_map(Call& call) {
    call.expect(2, 2);
    const Value& named = call.positional()[1];
    if (!named.is_dictlike()) fail_type("format_map: the argument is no dict");
    return formatted(call, {}, named);
}

}  // namespace

Entries text_format_methods() {
    static constexpr NativeEntry entries[] = {
        {"format", format},
        {"format_map", format_map},
    };
    return entries;
}

}  // namespace pottle::templating::library
