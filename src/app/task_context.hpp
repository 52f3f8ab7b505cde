// SPDX-License-Identifier: MIT
/// \file
/// TaskContext: what every coroutine under a scope of the application can find of it (CTX-1): the
/// request that is served, or the application alone for background tasks and serving hooks.
#pragma once

#include <pottle/async/cancel.hpp>

namespace pottle::app {

class AppCore;
class RequestContext;

/// The only contexts that are set on scopes are of this type.
class TaskContext : public async::ScopeContext {
public:
    virtual AppCore& app() noexcept = 0;
    /// Null outside of requests.
    virtual RequestContext* request() noexcept { return nullptr; }

    static TaskContext* find(const async::CancelScope* scope) noexcept {
        return scope ? static_cast<TaskContext*>(scope->find_context()) : nullptr;
    }

protected:
    TaskContext() = default;
    ~TaskContext() = default;
};

/// The application's own: no request.
class AppContext final : public TaskContext {
public:
    explicit AppContext(AppCore& core) noexcept : app_(core) {}
    AppCore& app() noexcept override { return app_; }

private:
    AppCore& app_;
};

}  // namespace pottle::app
