// SPDX-License-Identifier: MIT
/// \file
/// TOML documents as JsonValue.
#pragma once

#include <pottle/json/value.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace pottle::app {

/// Reads a TOML 1.0 document. Dates and times become text.
/// Returns: the table, or a sentence that begins with the line.
std::expected<JsonObject, std::string> parse_toml(std::string_view text);

}  // namespace pottle::app
