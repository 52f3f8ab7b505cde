// SPDX-License-Identifier: MIT
/// \file
/// An environment and data as the corpus writes them: Jinja2's option names, JSON with marks for
/// what JSON lacks (corpus/README.md).
#pragma once

#include <pottle/json/value.hpp>
#include <pottle/templating/environment.hpp>

#include <memory>
#include <string_view>

namespace pottle::templating::test {

/// How data is handed over: as values like those that templates make, or as the document itself,
/// which is read in place.
enum class DataForm { Values, Documents };

/// Throws std::runtime_error for an option that Pottle does not have.
Options options_of(const JsonValue& options);
std::unique_ptr<Catalogue> catalogue_of(const JsonValue& translations);
/// Lifetime: `data` and `arena` outlive the value.
Value value_of(Arena& arena, const JsonValue& data, DataForm form);
/// Python's urllib.parse.quote() and, for a query, quote_plus().
std::string quoted_url(std::string_view text, bool in_query);

}  // namespace pottle::templating::test
