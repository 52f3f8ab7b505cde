// SPDX-License-Identifier: MIT
/// \file
/// The tables of what Jinja has built in: filters, tests, global functions, and the methods of
/// texts, lists and dicts. How an entry is written is in pottle/templating/call.hpp. The tables
/// need no order.
#pragma once

#include <pottle/templating/call.hpp>

#include <span>

namespace pottle::templating::library {

// Each source file has one table; library.cpp joins them.
std::span<const std::span<const NativeEntry>> filters();
std::span<const std::span<const NativeEntry>> tests();
/// Functions that every template sees: range, dict, lipsum, cycler, joiner, namespace.
std::span<const std::span<const NativeEntry>> globals();

/// The method `name` of a value, nullptr when its type has none.
Native find_method(const Value& value, std::string_view name);

}  // namespace pottle::templating::library
