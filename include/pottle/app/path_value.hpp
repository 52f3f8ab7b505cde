// SPDX-License-Identifier: MIT
/// \file
/// Text of the path to values, for PathConverter<T>: false means 404. The text has matched the
/// converter of the pattern; these functions check it again, so that they can be used alone.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string_view>

namespace pottle {

/// Reads `-?[0-9]+`.
///
/// Returns: false when the text is anything else, or the number lies outside [min, max].
bool parse_path_integer(std::string_view text, long long& out, long long min, long long max);

/// As parse_path_integer() for the widest unsigned type.
bool parse_path_unsigned(std::string_view text, unsigned long long& out, unsigned long long max);

/// Reads `-?[0-9]+\.[0-9]+`; never an exponent, infinity or NaN.
bool parse_path_real(std::string_view text, double& out);

/// Reads 8-4-4-4-12 hexadecimal digits of any case into the UUID's 16 octets (RFC 9562 4).
bool parse_path_uuid(std::string_view text, unsigned char (&out)[16]);

}  // namespace pottle
