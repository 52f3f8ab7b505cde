// SPDX-License-Identifier: MIT
#include "app_core.hpp"
#include "request_context.hpp"

#include <pottle/app/app.hpp>
#include <pottle/app/open_request.hpp>

namespace pottle {

OpenRequest::OpenRequest(App& app, gateway::Exchange& exchange)
    : core_(app.core()),
      context_((core_.ensure_gateway(), new app::RequestContext(exchange, core_.routing))) {
    context_->enter_scope();
}

OpenRequest::~OpenRequest() = default;

Request& OpenRequest::request() noexcept {
    return *context_;
}

Task<bool> OpenRequest::preprocess() {
    return core_.gateway->dispatcher().preprocess(*context_);
}

Task<> OpenRequest::tear_down() {
    return core_.gateway->dispatcher().run_teardown_hooks(*context_);
}

}  // namespace pottle
