// SPDX-License-Identifier: MIT
/// \file
/// Names of files that come from a client: what of them may be used, and how.
#pragma once

#include <pottle/base/compiler.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// A name that can be stored: "../My file.txt" becomes "My_file.txt". Accents are dropped,
/// separators and white space become '_', everything but letters, digits, '.', '_' and '-' goes,
/// and so do dots and underscores at both ends. As Werkzeug's; may be empty: check it, and expect
/// two names to become the same.
std::string secure_filename(std::string_view name);

namespace http {

/// `text` with accented letters as their ASCII letters (Unicode's NFKD) and without what has none.
/// `text` must be valid UTF-8.
std::string fold_to_ascii(std::string_view text);

/// A path below a folder, normalised, from the text of a request: "css/../site.css" is "site.css".
///
/// Returns: nothing for what is absolute, climbs out of the folder, names the folder itself, or
/// holds a NUL, a backslash or a drive letter, which other systems take for separators.
std::optional<std::string> safe_relative_path(std::string_view path);

}  // namespace http
}  // namespace pottle
