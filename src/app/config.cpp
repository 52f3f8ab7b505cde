// SPDX-License-Identifier: MIT
/// \file
/// The table and its typed access. Files and environment: config_load.cpp.
#include "config_keys.hpp"
#include "nearest.hpp"

#include <pottle/app/config.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace pottle {

namespace {

const JsonValue kNull;

/// Quart's reading of its variable: set, and none of the words for "no".
bool is_debug_in_environment() {
    const char* const value = std::getenv("POTTLE_DEBUG");
    if (!value || !*value) return false;
    return std::ranges::none_of(std::initializer_list<std::string_view>{"0", "false", "no"},
                                [&](std::string_view no) { return ascii::iequals(no, value); });
}

[[noreturn]] void refuse(std::string_view key, const JsonValue& value, std::string_view wanted,
                         std::string_view source) {
    throw ConfigError(fmt::format("{} is {} ({}), but must be {}", key,
                                  Config::shown_text(key, value), source, wanted));
}

}  // namespace

Config::Config() {
    for (const app::ConfigKey& key : app::config_keys())
        entries_.push_back(
            {std::string(key.name), *JsonValue::parse(key.fallback), "default", true});
    if (is_debug_in_environment()) assign("DEBUG", true, "POTTLE_DEBUG");
}

const Config::Entry* Config::find_entry(std::string_view key) const noexcept {
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    return found == entries_.end() ? nullptr : &*found;
}

void Config::require_open(std::string_view key) const {
    if (frozen_)
        throw ConfigError(
            fmt::format("{} is set too late: settings are constant once the "
                        "application has been asked for its gateway, its routes or "
                        "its commands",
                        key));
}

Config::Entry& Config::ensure_entry(std::string_view key) {
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    if (found != entries_.end()) return *found;
    return entries_.emplace_back(Entry{std::string(key), {}, {}, false});
}

const JsonValue& Config::operator[](std::string_view key) const noexcept {
    const Entry* const entry = find_entry(key);
    return entry ? entry->value : kNull;
}

void Config::assign(std::string_view key, JsonValue value, std::string source) {
    require_open(key);
    if (const app::ConfigKey* known = app::find_config_key(key))
        if (!app::fits(*known, value)) refuse(key, value, app::describe(known->kind), source);
    Entry& entry = ensure_entry(key);
    entry.value = std::move(value);
    entry.source = std::move(source);
}

Config& Config::set(std::string_view key, JsonValue value) {
    assign(key, std::move(value), "code");
    return *this;
}

Config& Config::set_default(std::string_view key, JsonValue value) {
    require_open(key);
    Entry& entry = ensure_entry(key);
    if (entry.source.empty()) {
        entry.value = std::move(value);
        entry.source = "default";
    }
    entry.known = true;
    return *this;
}

Config& Config::from_mapping(const JsonObject& values) {
    assign_members(values, "code");
    return *this;
}

void Config::assign_members(const JsonObject& values, const std::string& source) {
    for (const JsonObject::Member& member : values) {
        const bool is_upper =
            std::ranges::none_of(member.key, [](char c) { return c >= 'a' && c <= 'z'; }) &&
            std::ranges::any_of(member.key, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (is_upper) assign(member.key, member.value, source);
    }
}

std::string Config::shown_text(std::string_view key, const JsonValue& value) {
    const bool is_secret =
        key.contains("SECRET") || key.contains("PASSWORD") || key.contains("TOKEN");
    return is_secret && !value.is_null() ? "(not shown)" : value.dump();
}

JsonObject Config::get_namespace(std::string_view prefix, bool lowercase, bool trim) const {
    JsonObject members;
    for (const Entry& entry : entries_) {
        if (!entry.key.starts_with(prefix)) continue;
        std::string key = trim ? entry.key.substr(prefix.size()) : entry.key;
        if (lowercase)
            for (char& c : key) c = ascii::to_lower(c);
        members[key] = entry.value;
    }
    return members;
}

std::vector<std::string> Config::find_slips() const {
    std::vector<std::string_view> known;
    for (const Entry& entry : entries_)
        if (entry.known) known.push_back(entry.key);
    std::vector<std::string> sentences;
    for (const Entry& entry : entries_) {
        if (entry.known) continue;
        const std::string_view nearest = app::find_nearest(entry.key, known);
        if (nearest.empty()) continue;
        sentences.push_back(fmt::format("{} ({}) is not a setting of Pottle: did you mean {}?",
                                        entry.key, entry.source, nearest));
    }
    return sentences;
}

// ---- typed access

bool Config::to_bool(std::string_view key) const {
    const JsonValue& value = (*this)[key];
    if (!value.is_bool()) refuse(key, value, app::describe(app::ConfigKind::Bool), "asked as bool");
    return value.as_bool();
}

double Config::to_double(std::string_view key) const {
    const JsonValue& value = (*this)[key];
    if (!value.is_number()) refuse(key, value, "a number", "asked as a number");
    return value.as_double();
}

std::string Config::to_text(std::string_view key) const {
    const JsonValue& value = (*this)[key];
    if (!value.is_string()) refuse(key, value, "a text", "asked as text");
    return value.as_string();
}

std::vector<std::string> Config::to_list(std::string_view key) const {
    const JsonValue& value = (*this)[key];
    if (value.is_string()) return {value.as_string()};
    if (!app::fits(app::ConfigKind::TextList, value))
        refuse(key, value, app::describe(app::ConfigKind::TextList), "asked as a list");
    std::vector<std::string> texts;
    for (const JsonValue& item : value.as_array()) texts.push_back(item.as_string());
    return texts;
}

Milliseconds Config::to_duration(std::string_view key) const {
    constexpr double kLongest = 1e12;  // seconds: 30,000 years
    const JsonValue& value = (*this)[key];
    if (!app::fits(app::ConfigKind::Duration, value) ||
        (value.is_number() && value.as_double() > kLongest))
        refuse(key, value, app::describe(app::ConfigKind::Duration), "asked as a duration");
    if (value.is_string()) return *parse_duration(value.as_string());
    return Milliseconds(std::llround(value.as_double() * 1000));
}

std::int64_t Config::to_signed(std::string_view key, std::int64_t min, std::int64_t max) const {
    const JsonValue& value = (*this)[key];
    if (value.is_string() || value.kind() == JsonValue::Kind::Uint)
        return static_cast<std::int64_t>(to_unsigned(key, static_cast<std::uint64_t>(max)));
    if (!value.is_integer() || value.as_int() < min || value.as_int() > max)
        refuse(key, value, fmt::format("an integer from {} to {}", min, max),
               "asked as an integer");
    return value.as_int();
}

std::uint64_t Config::to_unsigned(std::string_view key, std::uint64_t max) const {
    const JsonValue& value = (*this)[key];
    std::optional<std::uint64_t> number;
    if (value.is_string()) {
        if (const auto size = parse_size(value.as_string())) number = *size;
    } else if (value.is_integer() &&
               (value.kind() == JsonValue::Kind::Uint || value.as_int() >= 0)) {
        number = value.as_uint();
    }
    if (!number || *number > max)
        refuse(key, value, fmt::format("an integer from 0 to {}", max), "asked as an integer");
    return *number;
}

}  // namespace pottle
