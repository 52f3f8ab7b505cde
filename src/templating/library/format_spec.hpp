// SPDX-License-Identifier: MIT
/// \file
/// Python's format(value, specification): the part behind the ':' of "{:>8.2f}".
#pragma once

#include <pottle/templating/call.hpp>

#include <string>
#include <string_view>

namespace pottle::templating::library {

/// Errors: throws TemplateError: Value for a specification that is malformed or does not fit the
/// value, Type for a value that takes none, Limit for a width past what a page may hold.
std::string format_value(Render& render, const Value& value, std::string_view specification);

}  // namespace pottle::templating::library
