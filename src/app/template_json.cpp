// SPDX-License-Identifier: MIT
#include "template_json.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::app {

namespace {

using templating::Call;
using templating::Kind;
using templating::Value;

/// As deep as the provider reads.
constexpr int kMaxDepth = 64;
constexpr std::int64_t kMaxIndent = 20;

JsonValue to_json(const Value& value, int depth);

JsonValue list_to_json(const Value& value, int depth) {
    JsonArray items;
    const std::size_t size = templating::length(value);
    for (std::size_t i = 0; i < size; ++i)
        items.push_back(to_json(templating::item_at(value, i), depth));
    return items;
}

/// As Python writes the keys that are no texts.
std::string key_to_json(const Value& key) {
    if (key.is_none()) return "null";
    if (key.is_bool()) return key.as_bool() ? "true" : "false";
    return templating::to_text(key);
}

JsonValue dict_to_json(const templating::Dict& dict, int depth) {
    JsonValue object = JsonValue::object();
    for (const templating::Dict::Entry& entry : dict)
        object[key_to_json(entry.key)] = to_json(entry.value, depth);
    return object;
}

JsonValue to_json(const Value& value, int depth) {
    if (++depth > kMaxDepth)
        templating::fail(templating::ErrorKind::Limit, "tojson: the value is nested too deeply");
    switch (value.kind()) {
        case Kind::None:
            return nullptr;
        case Kind::Bool:
            return value.as_bool();
        case Kind::Int:
            return value.as_int();
        case Kind::Float:
            return value.as_float();
        case Kind::String:
            return value.as_string();
        case Kind::List:
        case Kind::Tuple:
        case Kind::Range:
            return list_to_json(value, depth);
        case Kind::Dict:
            return dict_to_json(value.as_dict(), depth);
        case Kind::Sequence:
        case Kind::Mapping:
        case Kind::Structure:
        case Kind::Scalar:
            return JsonProvider::to_json(value.data(), value.table());
        case Kind::Undefined:
            templating::fail_undefined(value);
        default:
            templating::fail_type(fmt::format("tojson: object of type {} is not JSON serializable",
                                              templating::type_name(value)));
    }
}

/// Flask's htmlsafe_dumps().
std::string make_html_safe(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (const char c : text) {
        if (c == '<' || c == '>' || c == '&' || c == '\'') {
            safe += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            safe += c;
        }
    }
    return safe;
}

}  // namespace

void use_json_provider(templating::Environment& environment, const JsonProvider& provider) {
    environment.add_filter("tojson", [&provider](Call& call) {
        static constexpr std::string_view names[] = {"value", "indent"};
        Value a[2];
        call.bind(names, 1, a);
        const JsonValue value = to_json(a[0], 0);
        if (a[1].is_missing() || a[1].is_none())
            return call.render().markup(make_html_safe(provider.dumps(value)));
        const auto indent = std::clamp<std::int64_t>(call.integer(a[1]), 0, kMaxIndent);
        return call.render().markup(make_html_safe(value.dump(
            {.indent = static_cast<int>(indent), .sort_keys = true, .escape_ascii = true})));
    });
}

}  // namespace pottle::app
