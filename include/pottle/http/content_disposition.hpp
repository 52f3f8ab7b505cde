// SPDX-License-Identifier: MIT
/// \file
/// Content-Disposition: of a part of a form (RFC 7578 4.2), and of a response that is to be saved
/// (RFC 6266).
#pragma once

#include <pottle/base/compiler.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle::http {

/// A value. Texts are valid UTF-8.
struct ContentDisposition {
    std::string type;                          ///< lower-case: "form-data", "attachment", "inline"
    std::optional<std::string> name = {};      ///< of a form's field
    std::optional<std::string> filename = {};  ///< `filename*` wins over `filename` (RFC 6266 4.3)
};

/// Reads what browsers send: quoted strings in which only '"' and '\' may be escaped, so that a
/// Windows path keeps its separators, and %22 for a quote. Nothing when the type is missing.
std::optional<ContentDisposition> parse_content_disposition(std::string_view field_value);

/// `attachment; filename="menu.pdf"`; for a name that is not plain ASCII an ASCII stand-in and
/// `filename*=UTF-8''...` behind it (RFC 6266 appendix D, RFC 8187). Control characters in the name
/// become '_'.
std::string format_content_disposition(std::string_view type, std::string_view filename);

}  // namespace pottle::http
