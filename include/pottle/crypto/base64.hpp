// SPDX-License-Identifier: MIT
/// \file
/// Base64 (RFC 4648 4, with padding) and base64url (RFC 4648 5, without). Decoding is strict: one
/// text for each octet string, so that a signature over the text covers the octets.
#pragma once

#include <pottle/base/compiler.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pottle::crypto {

std::string base64(std::string_view octets);
std::string base64url(std::string_view octets);
/// Appends base64url(octets) to `out`.
void append_base64url(std::string& out, std::string_view octets);
/// Writes base64url(octets) to the beginning of `out`, which has place for it. Returns: its size.
std::size_t write_base64url(std::span<char> out, std::string_view octets);

/// The octets. Nothing for characters outside the alphabet, missing or surplus padding, and unused
/// bits that are not zero (RFC 4648 3.5).
std::optional<std::string> decode_base64(std::string_view text);
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace pottle::crypto
