// SPDX-License-Identifier: MIT
/// \file
/// What is answered when no handler is to be called: redirects to the right slashes, automatic
/// OPTIONS, 404 and 405.
#pragma once

#include "request_context.hpp"

namespace pottle::app {

/// Fills the response, or throws the HTTPException of the routing error.
void answer_without_route(RequestContext& request);

}  // namespace pottle::app
