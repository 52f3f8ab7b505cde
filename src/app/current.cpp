// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include <pottle/app/current.hpp>
#include <pottle/base/require.hpp>

namespace pottle {

app::TaskContext* app::ContextLookup::find() const noexcept {
    return TaskContext::find(scope_);
}

Request* find_current_request::await_resume() const noexcept {
    app::TaskContext* const context = find();
    return context ? context->request() : nullptr;
}

Request& current_request::await_resume() const {
    app::TaskContext* const context = find();
    POTTLE_REQUIRE(context && context->request(),
                   "not within a request context: current_request() is for what a handler or hook "
                   "awaits; a background task is given values instead");
    return *context->request();
}

Websocket* find_current_websocket::await_resume() const noexcept {
    app::TaskContext* const context = find();
    return context && context->request() ? context->request()->websocket() : nullptr;
}

Websocket& current_websocket::await_resume() const {
    app::TaskContext* const context = find();
    POTTLE_REQUIRE(context && context->request() && context->request()->websocket(),
                   "not within a websocket context: current_websocket() is for what a handler of "
                   "app.websocket() awaits");
    return *context->request()->websocket();
}

Session& current_session::await_resume() const {
    app::TaskContext* const context = find();
    POTTLE_REQUIRE(context && context->request(),
                   "not within a request nor websocket context: there is no session here");
    return context->request()->session();
}

std::optional<AppHandle> find_current_app::await_resume() const noexcept {
    app::TaskContext* const context = find();
    if (!context) return std::nullopt;
    return AppHandle(context->app());
}

AppHandle current_app::await_resume() const {
    app::TaskContext* const context = find();
    POTTLE_REQUIRE(context,
                   "not within an app context: current_app() is for what handlers, hooks and "
                   "background tasks of an application await");
    return AppHandle(context->app());
}

}  // namespace pottle
