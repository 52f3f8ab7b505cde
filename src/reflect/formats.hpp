// SPDX-License-Identifier: MIT
/// \file
/// Syntax checks of the text formats that constraint types name.
#pragma once

#include <string_view>

namespace pottle::reflect {

bool is_email(std::string_view text) noexcept;
bool is_web_url(std::string_view text) noexcept;
/// Digits with an optional sign and point: no exponent, no bare point at either end.
bool is_decimal(std::string_view text) noexcept;

}  // namespace pottle::reflect
