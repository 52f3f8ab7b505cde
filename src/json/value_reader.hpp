// SPDX-License-Identifier: MIT
/// \file
/// Reads a JsonValue from a Reader, inside a typed document or as a whole one.
#pragma once

#include "reader.hpp"

#include <pottle/json/value.hpp>

namespace pottle::json {

/// False: malformed. A number that fits neither 64 bits nor a double is reported as "range".
[[nodiscard]] bool read_value(Reader& in, JsonValue& out, Errors& errors);

}  // namespace pottle::json
