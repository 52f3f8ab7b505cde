// SPDX-License-Identifier: MIT
/// \file
/// The keys that Pottle knows, with kind and default. docs/reference/config.md shows this table.
#pragma once

#include <pottle/json/value.hpp>

#include <span>
#include <string_view>

namespace pottle::app {

/// What a known key holds. Null is allowed where the default is null or `nullable`.
enum class ConfigKind : std::uint8_t { Bool, Integer, Size, Duration, Text, TextList };

struct ConfigKey {
    std::string_view name;
    ConfigKind kind;
    std::string_view fallback;  ///< JSON text
    bool nullable;
};

std::span<const ConfigKey> config_keys() noexcept;
const ConfigKey* find_config_key(std::string_view name) noexcept;

/// Whether a value may stand under a key of this kind.
bool fits(ConfigKind kind, const JsonValue& value);
/// The same, for a value of that key.
bool fits(const ConfigKey& key, const JsonValue& value);
/// "a duration such as 30 or \"30s\"".
std::string_view describe(ConfigKind kind) noexcept;

}  // namespace pottle::app
