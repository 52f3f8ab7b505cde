// SPDX-License-Identifier: MIT
/// \file
/// Following redirects: where an answer points to, and what is asked there.
#pragma once

#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

namespace pottle::testing {

/// True for 301, 302, 303, 307 and 308 with a Location.
bool is_redirect(const TestResponse& response);

/// The request that follows `request` to the Location of its answer (RFC 3986 5.2). 302 and 303
/// become GET without a body; the others repeat method and body.
TestRequest follow(TestRequest request, const TestResponse& response);

}  // namespace pottle::testing
