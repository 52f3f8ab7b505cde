// SPDX-License-Identifier: MIT
/// \file
/// Conditions and ranges: what becomes of a response that a request would have only under a
/// condition, or only in part.
#pragma once

#include <pottle/app/request.hpp>
#include <pottle/gateway/response.hpp>

namespace pottle::app {

/// Evaluates the request's conditions and ranges in the order of RFC 9110 13.2.2 against the ETag
/// and Last-Modified of a 200 to GET or HEAD: leaves it, or makes it 304 or 206.
///
/// Errors: throws HTTPException 412 and 416.
void apply_conditions(const Request& request, Response& response);

}  // namespace pottle::app
