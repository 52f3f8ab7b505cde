// SPDX-License-Identifier: MIT
/// \file
/// Flask's current_app, request, websocket and session, for code that nobody handed them to
/// (CTX-1). Handlers take them as parameters; these are for what a handler calls.
///
///     Task<> audit(std::string what) {
///         Request& request = co_await current_request();
///         request.logger().info(what);
///     }
///
/// They are found through the scope of the running coroutine, so tasks that a handler spawns and
/// the generator of a streamed body find them too; what runs on the blocking pool does not.
#pragma once

#include <pottle/app/app_handle.hpp>
#include <pottle/async/cancel.hpp>

#include <coroutine>
#include <optional>

namespace pottle {

class Request;
class Session;
class Websocket;

namespace app {

class TaskContext;

/// What these awaitables have in common: they look and never wait.
class ContextLookup {
public:
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
        scope_ = self.promise().scope();
        return false;
    }

protected:
    TaskContext* find() const noexcept;

private:
    async::CancelScope* scope_ = nullptr;
};

}  // namespace app

/// `co_await find_current_request()`: nullptr outside of requests (CTX-6). While a websocket is
/// served, its handshake.
struct find_current_request : app::ContextLookup {
    Request* await_resume() const noexcept;
};
/// Errors: throws LogicError "not within a request context".
struct current_request : app::ContextLookup {
    Request& await_resume() const;
};

/// `co_await find_current_websocket()`: nullptr while no websocket is served.
struct find_current_websocket : app::ContextLookup {
    Websocket* await_resume() const noexcept;
};
/// Errors: throws LogicError "not within a websocket context".
struct current_websocket : app::ContextLookup {
    Websocket& await_resume() const;
};

/// The session of current_request().
/// Errors: as current_request(), and those of Request::session().
struct current_session : app::ContextLookup {
    Session& await_resume() const;
};

/// `co_await find_current_app()`: empty outside of requests, background tasks and serving hooks.
struct find_current_app : app::ContextLookup {
    std::optional<AppHandle> await_resume() const noexcept;
};
/// Errors: throws LogicError "not within an app context".
struct current_app : app::ContextLookup {
    AppHandle await_resume() const;
};

}  // namespace pottle
