// SPDX-License-Identifier: MIT
/// \file
/// Comparing secrets: how long it takes tells nothing about where they differ.
#pragma once

#include <string_view>

namespace pottle::crypto {

/// True when both have the same octets. The time depends on the sizes only.
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace pottle::crypto
