// SPDX-License-Identifier: MIT
/// \file
/// The URL-safe form of a document: base64url of the octets, or "." and base64url of the zlib
/// stream (RFC 1950) when that is shorter by more than the dot.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/error.hpp>

#include <string>
#include <string_view>

namespace pottle::crypto {

/// A document of up to `compress_above` bytes is not tried to be compressed.
void append_payload(std::string& out, std::string_view document, ByteCount compress_above = 0);
/// Returns: Errc::Malformed, or Errc::TooLarge when the document has more than `max_size` bytes.
/// Memory: never more than `max_size` and a constant, whatever the text holds.
Result<std::string> read_payload(std::string_view text, ByteCount max_size);

}  // namespace pottle::crypto
