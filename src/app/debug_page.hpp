// SPDX-License-Identifier: MIT
/// \file
/// The page that a developer sees in place of a 500 (DBG-1). Shown only when DEBUG is on.
#pragma once

#include "request_context.hpp"

#include <exception>

namespace pottle::app {

/// Exception, route with its source line, and the request. Values of fields that carry secrets
/// (Authorization, Cookie) are not shown.
Response debug_page(RequestContext& request, const std::exception_ptr& error);

}  // namespace pottle::app
