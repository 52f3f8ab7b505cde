// SPDX-License-Identifier: MIT
/// \file
/// Text of other charsets than UTF-8 that still arrives from browsers and old clients.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string>
#include <string_view>

namespace pottle::http {

/// Octets of ISO 8859-1, which ASCII is part of, as UTF-8.
std::string from_latin1(std::string_view octets);

/// Octets as valid UTF-8. `charset` in any case: iso-8859-1, ascii and us-ascii are converted,
/// everything else is taken for UTF-8 and what is invalid in it replaced by U+FFFD.
std::string decode_text(std::string octets, std::string_view charset);

}  // namespace pottle::http
