// SPDX-License-Identifier: MIT
/// \file
/// escape(): text that a client may have sent, as HTML. Templates do it by themselves.
#pragma once

#include <string>
#include <string_view>

namespace pottle {

/// `"<h1>" + escape(name) + "</h1>"`: `text` with & < > " and ' as character references, to stand
/// between tags or in a quoted attribute. Not for URLs, scripts and styles.
std::string escape(std::string_view text);

}  // namespace pottle
