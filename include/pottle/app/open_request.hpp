// SPDX-License-Identifier: MIT
/// \file
/// OpenRequest: a request that is routed and not served: no handler runs. What
/// testing's TestRequestContext is made of (CTX-7).
#pragma once

#include <pottle/async/task.hpp>

#include <memory>

namespace pottle {

class App;
class Request;
namespace gateway {
class Exchange;
}
namespace app {
class AppCore;
class RequestContext;
}  // namespace app

/// A resource; `app` and `exchange` must outlive it. Coroutines under the exchange's scope find it
/// by current_request().
class OpenRequest {
public:
    OpenRequest(App& app, gateway::Exchange& exchange);
    ~OpenRequest();
    OpenRequest(const OpenRequest&) = delete;
    OpenRequest& operator=(const OpenRequest&) = delete;

    Request& request() noexcept;
    /// Runs the hooks before the handler until one answers. Returns: whether one did; the answer is
    /// Request::response(). Errors: throws what a hook throws.
    Task<bool> preprocess();
    /// Runs the teardown hooks.
    Task<> tear_down();

private:
    app::AppCore& core_;
    std::unique_ptr<app::RequestContext> context_;
};

}  // namespace pottle
