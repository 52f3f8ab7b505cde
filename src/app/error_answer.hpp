// SPDX-License-Identifier: MIT
/// \file
/// What the application answers to an HTTP error that no error handler has answered.
#pragma once

#include <pottle/app/http_exception.hpp>
#include <pottle/app/request.hpp>

namespace pottle::app {

/// Flask's page; for a client whose Accept prefers JSON to HTML, problem+json (RFC 9457) with the
/// same words. A client that accepts both alike, or does not say, gets the page, as in Flask.
Response default_answer(const Request& request, const HTTPException& error);

}  // namespace pottle::app
