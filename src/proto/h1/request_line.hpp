// SPDX-License-Identifier: MIT
/// \file
/// The first line of a request (RFC 9112 3).
#pragma once

#include <pottle/proto/h1/reader.hpp>

namespace pottle::h1 {

/// Longest method that is read; the registered ones have up to 17 letters.
inline constexpr std::size_t kMaxMethodLength = 32;

/// Parses a line without its CR LF and sets what `head` takes from it: method, version, form,
/// target, path, query, and the authority of the forms that have one.
const Error* parse_request_line(std::string_view line, Head& head) noexcept;

}  // namespace pottle::h1
