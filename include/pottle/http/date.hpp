// SPDX-License-Identifier: MIT
/// \file
/// HTTP dates (RFC 9110 5.6.7). Times are seconds since 1970-01-01 00:00:00 UTC, without leap
/// seconds.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::http {

/// Size of "Sun, 06 Nov 1994 08:49:37 GMT".
inline constexpr std::size_t kHttpDateSize = 29;

/// Writes the IMF-fixdate of `unix_seconds` to `out`, kHttpDateSize bytes without a terminator.
/// Precondition: the years 0 to 9999.
void write_http_date(char* out, std::int64_t unix_seconds) noexcept;
std::string format_http_date(std::int64_t unix_seconds);

/// Reads an IMF-fixdate, or one of the obsolete forms that a recipient must accept: RFC 850 and
/// asctime. Years of two digits are 1970 to 2069. Nothing for anything else, and for a day that the
/// month does not have; the name of the weekday is not checked against the date.
std::optional<std::int64_t> parse_http_date(std::string_view text) noexcept;

}  // namespace pottle::http
