// SPDX-License-Identifier: MIT
/// \file
/// LatePage: a body that is made when the handler is done, because it may have to wait.
#pragma once

#include "request_context.hpp"

namespace pottle::app {

/// What the application layer puts into Response::set_late_body().
class LatePage : public LateBody {
public:
    virtual bool awaits(Request& request) const = 0;
    /// Only when it does not await.
    virtual std::string make(Request& request) = 0;
    virtual Task<std::string> make_async(Request& request) = 0;
};

/// Makes the response's late body, if it has one. Returns: false when that has to wait.
bool make_late_body_at_once(RequestContext& request);
Task<> make_late_body(RequestContext& request);

}  // namespace pottle::app
