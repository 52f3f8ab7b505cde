// SPDX-License-Identifier: MIT
/// \file
/// Durations and sizes as people write them on a command line and in configuration files.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>

#include <optional>
#include <string_view>

namespace pottle {

/// "30s", "250ms", "5m", "2h", "1d"; a number alone is seconds. Empty optional: not a duration, or
/// negative.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// "4096", "64k", "64KiB", "16m", "16MiB", "1g", "1GiB": powers of 1024. Empty optional: not a
/// size.
std::optional<ByteCount> parse_size(std::string_view text);

}  // namespace pottle
