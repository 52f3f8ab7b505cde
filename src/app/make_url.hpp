// SPDX-License-Identifier: MIT
/// \file
/// make_url(): what stands behind Request::url_for() and App::url_for().
#pragma once

#include "request_context.hpp"

namespace pottle::app {

/// `request`: null outside of requests.
/// Errors: throws UrlBuildError.
std::string make_url(const Routing& routing, RequestContext* request, std::string_view endpoint,
                     UrlValues values, const UrlOptions& options);

}  // namespace pottle::app
