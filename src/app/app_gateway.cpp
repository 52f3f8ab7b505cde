// SPDX-License-Identifier: MIT
#include "app_gateway.hpp"

#include "app_core.hpp"
#include "error_log.hpp"

#include <pottle/async/join.hpp>
#include <pottle/base/log.hpp>

#include <chrono>

#include <fmt/format.h>

namespace pottle::app {

namespace {
/// Two looks at the clock for each request are for those who ask for them, and for debug mode.
Milliseconds blocked_warning_of(const Config& config) {
    const auto wanted = config.get<std::optional<Milliseconds>>("BLOCKED_LOOP_WARNING");
    constexpr Milliseconds kInDebug{100};  // as asyncio's slow_callback_duration
    return wanted.value_or(config.get<bool>("DEBUG") ? kInDebug : Milliseconds(0));
}

/// Runs a task under a scope of its own.
// coroutine-ok: the scope is the awaiting coroutine's
Task<> under(async::CancelScope& scope, Task<> task) {
    if (!async::start_unawaited(task, scope)) co_return co_await async::join(task);
    task.handle().promise().take();
}
}  // namespace

AppGateway::AppGateway(AppCore& app, ErrorPolicy policy)
    : app_(app),
      dispatcher_(app.routing, app.signals, policy),
      blocked_warning_(blocked_warning_of(app.config)) {}

gateway::Outcome AppGateway::start_watched(gateway::Exchange& exchange) {
    const auto begun = std::chrono::steady_clock::now();
    gateway::Outcome outcome = dispatcher_.start(exchange);
    const auto taken =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
    if (taken >= blocked_warning_)
        log::warning(
            fmt::format("{} {} (route {}) kept its loop for {} ms: other requests waited; "
                        "blocking(handler) or run_blocking() moves it to the pool",
                        exchange.head().method_text(), exchange.head().raw_path(), exchange.route(),
                        taken.count()));
    return outcome;
}

void AppGateway::Watch::resume(std::coroutine_handle<> coroutine,
                               const async::CancelScope& scope) noexcept {
    // Scope and request may end meanwhile; the pattern stays.
    TaskContext* const context = TaskContext::find(&scope);
    const RequestContext* const request = context ? context->request() : nullptr;
    const std::string_view route = request ? request->url_rule() : std::string_view();
    const auto begun = std::chrono::steady_clock::now();
    coroutine.resume();
    const auto taken =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
    if (taken >= limit_)
        log::warning(fmt::format(
            "{} kept its loop for {} ms after it had waited: other requests "
            "waited; run_blocking() moves such work to the pool",
            route.empty() ? std::string("a task without a route") : fmt::format("route {}", route),
            taken.count()));
}

void AppGateway::loop_started(async::Executor& executor) {
    if (blocked_warning_.count() != 0) executor.set_resume_watch(&watch_);
    app_.background.add_loop(executor);
    app_.routing.file_caches->start(executor);
}

void AppGateway::loop_stopped(async::Executor& executor) noexcept {
    executor.set_resume_watch(nullptr);
    app_.routing.file_caches->stop(executor);
}

void AppGateway::loop_draining(async::Executor&) noexcept {
    app_.background.set_shutdown();
}

void AppGateway::set_stopper(gateway::Stopper* stopper) noexcept {
    app_.background.set_stopper(stopper);
}

Task<> AppGateway::startup() {
    lifespan_.emplace(co_await async::current_scope());
    lifespan_->set_context(&app_.context);
    app_.background.add_loop(lifespan_->executor());
    std::exception_ptr error;
    try {
        co_return co_await under(*lifespan_, run_startup());
    } catch (...) {
        error = std::current_exception();
    }
    // LC-2. The server logs it and ends.
    app_.signals.got_serving_exception.send(error);
    co_await end_background_tasks();
    std::exception_ptr later;
    co_await under(*lifespan_, close_opened(&later));
    if (later) log_error("Exception at shutdown", later);
    lifespan_.reset();
    std::rethrow_exception(error);
}

Task<> AppGateway::end_background_tasks() {
    app_.background.set_shutdown();
    return app_.background.drain(app_.config.get<Milliseconds>("BACKGROUND_TASK_SHUTDOWN_TIMEOUT"));
}

Task<> AppGateway::run_startup() {
    app_.background.start_waiting();
    for (const auto& hook : app_.own.before_serving) co_await run_hook(*hook);
    for (const auto& hook : app_.own.while_serving) {
        opened_.push_back(hook->hook.open(hook->hook.callee, hook->extensions.data()));
        if (!co_await opened_.back().next()) {
            opened_.pop_back();
            throw ConfigError("a while_serving hook ended without `co_yield serving`");
        }
    }
}

Task<> AppGateway::shutdown() {
    co_await end_background_tasks();
    {
        async::CancelScope scope(co_await async::current_scope());
        scope.set_context(&app_.context);
        co_await under(scope, run_shutdown());
    }
    lifespan_.reset();
}

void AppGateway::note(std::exception_ptr error, std::exception_ptr& first) const {
    app_.signals.got_serving_exception.send(error);
    if (first)
        log_error("Exception at shutdown", error);
    else
        first = std::move(error);
}

/// Every hook has its turn, whatever the others throw; the first error is the application's.
Task<> AppGateway::run_shutdown() {
    std::exception_ptr first;
    for (const auto& hook : app_.own.after_serving) {
        try {
            co_await run_hook(*hook);
        } catch (...) {
            note(std::current_exception(), first);
        }
    }
    co_await close_opened(&first);
    if (first) std::rethrow_exception(first);
}

Task<> AppGateway::close_opened(std::exception_ptr* first) {
    while (!opened_.empty()) {
        try {
            co_await close(opened_.back());
        } catch (...) {
            note(std::current_exception(), *first);
        }
        opened_.pop_back();
    }
}

Task<> AppGateway::close(WhileServing& opened) {
    if (co_await opened.next())
        throw ConfigError("a while_serving hook must `co_yield serving` once, not twice");
}

// coroutine-ok: the application keeps its hooks for its life
Task<> AppGateway::run_hook(const BoundServingHook& hook) {
    return hook.hook.run(hook.hook.callee, hook.extensions.data());
}

}  // namespace pottle::app
