// SPDX-License-Identifier: MIT
/// \file
/// The first entries of each table, to be followed by the rest.
#pragma once

#include "library.hpp"

namespace pottle::templating::library {

std::span<const NativeEntry> basic_filters();
std::span<const NativeEntry> basic_tests();
std::span<const NativeEntry> basic_globals();
std::span<const NativeEntry> string_methods();

}  // namespace pottle::templating::library
