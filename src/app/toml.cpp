// SPDX-License-Identifier: MIT
#include "toml.hpp"

#include <sstream>

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

namespace pottle::app {

namespace {

JsonValue to_json(const toml::node& node);

JsonObject to_object(const toml::table& table) {
    JsonObject object;
    for (const auto& [key, value] : table) object.append(std::string(key.str()), to_json(value));
    return object;
}

template <class T>
std::string print(const T& value) {
    std::ostringstream out;
    out << value;
    return std::move(out).str();
}

// Recursion: toml++ limits the depth of what it parses.
JsonValue to_json(const toml::node& node) {
    if (const auto* table = node.as_table()) return to_object(*table);
    if (const auto* array = node.as_array()) {
        JsonArray items;
        for (const toml::node& item : *array) items.push_back(to_json(item));
        return items;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* real = node.as_floating_point()) return real->get();
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* date = node.as_date()) return print(date->get());
    if (const auto* time = node.as_time()) return print(time->get());
    if (const auto* moment = node.as_date_time()) return print(moment->get());
    return {};
}

}  // namespace

std::expected<JsonObject, std::string> parse_toml(std::string_view text) {
    const toml::parse_result result = toml::parse(text);
    if (result) return to_object(result.table());
    return std::unexpected(fmt::format("line {}: {}", result.error().source().begin.line,
                                       result.error().description()));
}

}  // namespace pottle::app
