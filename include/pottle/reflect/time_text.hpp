// SPDX-License-Identifier: MIT
/// \file
/// Times and durations as text: RFC 3339 date-times, ISO 8601 durations.
#pragma once

#include <pottle/reflect/table.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle::reflect {

/// Reads an RFC 3339 date-time with its offset ("2026-01-31T09:30:00.25+01:00"). Years 0000 to
/// 9999; digits after the ninth of a fraction are dropped; a leap second is read as the second
/// after it.
std::optional<TimeValue> parse_time(std::string_view text) noexcept;
/// Appends the time in UTC ("2026-01-31T08:30:00Z"), with a fraction of 3, 6 or 9 digits where
/// there is one. False (nothing is appended) outside the years 0000 to 9999.
bool append_time(TimeValue time, std::string& out);

/// Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds ("P1DT2H", "-PT0.5S";
/// years and months have no fixed length and are refused). Only seconds may have a fraction.
std::optional<TimeValue> parse_duration(std::string_view text) noexcept;
/// Appends the duration in hours, minutes and seconds: "PT26H0.5S", "PT0S".
void append_duration(TimeValue duration, std::string& out);

}  // namespace pottle::reflect
