// SPDX-License-Identifier: MIT
/// \file
/// The Content-Type of a file by the ending of its name.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string_view>

namespace pottle::http {

/// "text/html; charset=utf-8" for "index.html"; "application/octet-stream" when the ending is not
/// known. Text has a charset, as Flask gives it. Static storage.
std::string_view content_type_of(std::string_view file_name) noexcept;

}  // namespace pottle::http
