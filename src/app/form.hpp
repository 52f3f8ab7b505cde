// SPDX-License-Identifier: MIT
/// \file
/// The bodies of forms, as both Form<T> and Request::form() read them.
#pragma once

#include <pottle/app/route_option.hpp>
#include <pottle/http/multi_dict.hpp>

#include <string_view>

namespace pottle::app {

/// `mimetype` in lower case, without parameters.
bool is_urlencoded(std::string_view mimetype) noexcept;

/// `content_type` as sent.
bool is_multipart_form(std::string_view content_type);

/// An urlencoded body. Errors: throws HTTPException 413 over the limits.
MultiDict parse_form(std::string_view body, const FormLimits& limits);

}  // namespace pottle::app
