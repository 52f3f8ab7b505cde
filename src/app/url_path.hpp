// SPDX-License-Identifier: MIT
/// \file
/// The path of a request between its two forms: percent-encoded as sent, and decoded UTF-8 as
/// routes and handlers see it.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string>
#include <string_view>

namespace pottle::app {

/// Decodes a path. "%2F" becomes a separator like any other slash; octets that are not UTF-8
/// become U+FFFD, so handlers always see valid text.
///
/// Lifetime: a view of `raw` when there is nothing to decode (then nothing is copied), of `storage`
/// otherwise.
std::string_view decode_path(std::string_view raw, std::string& storage);

/// Encodes a decoded path for a Location field or a link. Slashes and the other characters that RFC
/// 3986 3.3 allows in a path stay as they are.
std::string encode_path(std::string_view path);

/// Replaces every run of slashes by one.
std::string merge_slashes(std::string_view path);

}  // namespace pottle::app
