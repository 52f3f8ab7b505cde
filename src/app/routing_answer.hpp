// SPDX-License-Identifier: MIT
/// \file
/// What is answered when no handler is to be called: redirects to the right slashes, automatic
/// OPTIONS, 404 and 405.
#pragma once

#include "request_context.hpp"

#include <pottle/app/http_exception.hpp>

#include <optional>

namespace pottle::app {

/// Fills the response, or returns the routing error for the caller to raise or to send.
std::optional<HTTPException> answer_without_route(RequestContext& request);

}  // namespace pottle::app
