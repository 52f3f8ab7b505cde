// SPDX-License-Identifier: MIT
/// \file
/// Character references of HTML read back, as Python's html.unescape().
#pragma once

#include <string>
#include <string_view>

namespace pottle::templating::library {

/// "&lt;&#39;&eacute;" as the characters meant; what is no reference stays (HTML 13.2.5.72).
std::string html_unescape(std::string_view text);

}  // namespace pottle::templating::library
