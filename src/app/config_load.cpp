// SPDX-License-Identifier: MIT
/// \file
/// Where settings come from: files and the environment.
#include "config_keys.hpp"
#include "scaffold_core.hpp"
#include "toml.hpp"

#include <pottle/app/config.hpp>
#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace pottle {

namespace {

/// The words for yes and no that people write into an environment, for a setting that is one.
std::optional<bool> read_flag(std::string_view key, std::string_view text) {
    const app::ConfigKey* const known = app::find_config_key(key);
    if (!known || known->kind != app::ConfigKind::Bool) return std::nullopt;
    const auto is_text = [text](std::string_view word) { return ascii::iequals(word, text); };
    constexpr std::string_view kYes[] = {"1", "true", "yes", "on"};
    constexpr std::string_view kNo[] = {"", "0", "false", "no", "off"};
    if (std::ranges::any_of(kYes, is_text)) return true;
    if (std::ranges::any_of(kNo, is_text)) return false;
    return std::nullopt;
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

JsonObject parse_file(const std::string& path, const std::string& text) {
    if (path.ends_with(".json")) {
        Result<JsonValue> value = JsonValue::parse(text);
        if (!value) throw ConfigError(fmt::format("{}: {}", path, value.error().text));
        if (!value->is_object())
            throw ConfigError(fmt::format("{}: a file of settings is one JSON object", path));
        return std::move(value->as_object());
    }
    if (!path.ends_with(".toml"))
        throw ConfigError(
            fmt::format("{}: settings are read from .toml and .json files only", path));
    auto table = app::parse_toml(text);
    if (!table) throw ConfigError(fmt::format("{}: {}", path, table.error()));
    return std::move(*table);
}

/// The value of PREFIX_A__B__C: its place below the top-level key, made when missing.
JsonValue& descend(JsonValue& top, std::string_view path, std::string_view variable) {
    JsonValue* place = &top;
    for (std::size_t at = path.find("__"); at != path.npos; at = path.find("__")) {
        path.remove_prefix(at + 2);
        const std::string_view key = path.substr(0, path.find("__"));
        if (!place->is_null() && !place->is_object())
            throw ConfigError(fmt::format("{}: what it descends into is not an object", variable));
        place = &(*place)[key];
    }
    return *place;
}

/// The text of a variable as the key's kind: SECRET_KEY=31415926535 is a text, DEBUG=1 is true.
JsonValue read_variable(std::string_view key, const std::string& text) {
    const app::ConfigKey* const known = app::find_config_key(key);
    Result<JsonValue> parsed = JsonValue::parse(text);
    if (parsed && (!known || app::fits(*known, *parsed))) return std::move(*parsed);
    if (const auto flag = read_flag(key, text)) return *flag;
    return JsonValue(text);
}

}  // namespace

bool Config::from_file(const std::string& name, Missing missing) {
    const std::string path = app::resolve_path(folder_, name);
    const std::optional<std::string> text = read_file(path);
    if (!text) {
        if (missing == Missing::IsFine && errno == ENOENT) return false;
        throw ConfigError(fmt::format(
            "the settings file {} cannot be read: {}{}", path, std::strerror(errno),
            errno == ENOENT ? " (from_file(path, Missing::IsFine) goes on without it)" : ""));
    }
    assign_members(parse_file(path, *text), path);
    return true;
}

bool Config::from_envvar(const char* variable, Missing missing) {
    const char* const path = std::getenv(variable);
    if (path && *path) return from_file(path, missing);
    if (missing == Missing::IsFine) return false;
    throw ConfigError(
        fmt::format("the environment variable {} is not set: it should name a .toml or .json file "
                    "of settings",
                    variable));
}

Config& Config::from_prefixed_env(std::string_view prefix) {
    const std::string start = fmt::format("{}_", prefix);
    std::vector<std::pair<std::string, std::string>> found;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view line = *entry;
        const std::size_t equals = line.find('=');
        if (equals == line.npos || !line.starts_with(start) || equals == start.size()) continue;
        found.emplace_back(line.substr(start.size(), equals - start.size()),
                           line.substr(equals + 1));
    }
    std::ranges::sort(found);
    for (const auto& [path, text] : found) {
        const std::string variable = start + path;
        const std::string_view key = std::string_view(path).substr(0, path.find("__"));
        if (key.size() == path.size()) {
            assign(key, read_variable(key, text), variable);
            continue;
        }
        Result<JsonValue> parsed = JsonValue::parse(text);
        JsonValue top = (*this)[key];
        descend(top, path, variable) = parsed ? std::move(*parsed) : JsonValue(text);
        assign(key, std::move(top), variable);
    }
    return *this;
}

}  // namespace pottle
