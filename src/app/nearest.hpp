// SPDX-License-Identifier: MIT
/// \file
/// "Did you mean ...?": the known name that a mistyped one resembles.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pottle::app {

/// The name of `known` with the fewest edits (an inserted, removed, replaced or swapped letter) to
/// `name`; empty when even that takes more than a third of the letters.
/// Cost: quadratic in the length; for messages only.
std::string_view find_nearest(std::string_view name, std::span<const std::string_view> known);

/// How many edits lead from one text to the other.
std::size_t count_edits(std::string_view from, std::string_view to);

}  // namespace pottle::app
