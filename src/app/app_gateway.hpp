// SPDX-License-Identifier: MIT
/// \file
/// AppGateway: an application as the server sees it: its dispatcher and its lifespan.
///
/// At start-up: background tasks that waited, before_serving hooks, while_serving hooks up to their
/// co_yield. At shutdown (LC-3): the shutdown event, the end of the background tasks, after_serving
/// hooks, the rest of the while_serving hooks, the youngest first.
#pragma once

#include "dispatcher.hpp"

#include <pottle/app/serving.hpp>

#include <optional>
#include <vector>

namespace pottle::app {

class AppCore;
struct BoundServingHook;

class AppGateway final : public gateway::Gateway {
public:
    /// `app` is frozen and outlives the gateway.
    AppGateway(AppCore& app, ErrorPolicy policy);

    gateway::Outcome start(gateway::Exchange& exchange) override {
        if (blocked_warning_.count() == 0) [[likely]]
            return dispatcher_.start(exchange);
        return start_watched(exchange);
    }
    gateway::Outcome start_websocket(gateway::Websocket& socket) override {
        return dispatcher_.start_websocket(socket);
    }
    Task<> startup() override;
    Task<> shutdown() override;
    void loop_started(async::Executor& executor) override;
    void loop_stopped(async::Executor& executor) noexcept override;
    void loop_draining(async::Executor& executor) noexcept override;
    void set_stopper(gateway::Stopper* stopper) noexcept override;

    const Dispatcher& dispatcher() const noexcept { return dispatcher_; }

private:
    /// The same for coroutines that have waited.
    class Watch final : public async::ResumeWatch {
    public:
        explicit Watch(Milliseconds limit) noexcept : limit_(limit) {}
        void resume(std::coroutine_handle<> coroutine,
                    const async::CancelScope& scope) noexcept override;

    private:
        Milliseconds limit_;
    };

    /// Logs a handler that keeps its loop longer than BLOCKED_LOOP_WARNING before it first waits.
    gateway::Outcome start_watched(gateway::Exchange& exchange);
    Task<> run_startup();
    Task<> run_shutdown();
    Task<> end_background_tasks();
    /// Runs what stands behind the co_yield of the hooks that were opened. `first`: the first error
    /// of all hooks, or null.
    Task<> close_opened(std::exception_ptr* first);
    void note(std::exception_ptr error, std::exception_ptr& first) const;
    static Task<> close(WhileServing& opened);
    static Task<> run_hook(const BoundServingHook& hook);

    AppCore& app_;
    Dispatcher dispatcher_;
    Milliseconds blocked_warning_;  // zero: nobody looks at the clock
    Watch watch_{blocked_warning_};
    /// From startup() to the end of shutdown(): what the hooks spawn runs under it. On loop 0.
    std::optional<async::CancelScope> lifespan_;
    std::vector<WhileServing> opened_;
};

}  // namespace pottle::app
