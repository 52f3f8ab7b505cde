// SPDX-License-Identifier: MIT
/// \file
/// Writes a JsonValue to an Output.
#pragma once

#include "output.hpp"

#include <pottle/json/value.hpp>

namespace pottle::json {

void write_object(Output& out, const JsonObject& object, const JsonDumpOptions& options);
void write_value(Output& out, const JsonValue& value, const JsonDumpOptions& options = {});

}  // namespace pottle::json
