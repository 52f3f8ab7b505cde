// SPDX-License-Identifier: MIT
/// \file
/// HTML's named characters, written by tools/make_unicode_tables.py; read by html_unescape.hpp.
#pragma once

#include <span>
#include <string_view>

namespace pottle::templating {

struct HtmlEntity {
    std::string_view name;  ///< as after '&': "amp;", and "amp" where HTML lets the ';' be missing
    std::string_view text;
};
/// Sorted by name, in byte order.
extern const std::span<const HtmlEntity> kHtmlEntities;

}  // namespace pottle::templating
