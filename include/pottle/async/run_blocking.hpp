// SPDX-License-Identifier: MIT
/// \file
/// run_blocking(): calls a function that blocks or computes for long on the process's pool of
/// threads, so that the loop goes on.
#pragma once

#include <pottle/async/detail/call.hpp>
#include <pottle/async/detail/callback.hpp>
#include <pottle/async/task.hpp>

namespace pottle {

/// Thrown when a bounded queue of work is full; answered with 503.
class Overloaded : public std::exception {
public:
    ~Overloaded() override;
    const char* what() const noexcept override;
};

namespace async::detail {

/// Awaits one job of the pool. Not cancellable: the job uses this object until it is done.
class BlockingCall final : private BlockingJob {
public:
    BlockingCall(CancelScope& scope, Callback body) noexcept : scope_(scope), body_(body) {}
    bool await_ready() const noexcept { return false; }
    /// Throws Overloaded when the pool refuses the job.
    void await_suspend(std::coroutine_handle<> self);
    void await_resume() const noexcept {}

private:
    void work() noexcept override { body_(); }
    void done() noexcept override { resume_waiter(self_, scope_); }

    CancelScope& scope_;
    Callback body_;
    std::coroutine_handle<> self_;
};

}  // namespace async::detail

/// `auto image = co_await run_blocking(resize, std::move(original), 200);`
///
/// Lifetime: function and arguments are moved into the task and live until the job is done.
/// Errors: throws what `fn` throws; Overloaded when the pool's queue is full.
/// Thread: `fn` runs on a thread of the pool; the coroutine goes on on its own.
/// Cancel: noticed before the job is handed over. A job that was handed over cannot be interrupted:
/// it is awaited and its result returned.
template <class Fn, class... Args>
Task<async::detail::CallResult<Fn, Args...>> run_blocking(Fn fn, Args... args) {
    async::CancelScope& scope = co_await async::current_scope();
    scope.check();
    async::detail::Outcome<async::detail::CallResult<Fn, Args...>> outcome;
    auto body = [&] {
        outcome.record([&] { return async::detail::call(std::move(fn), std::move(args)...); });
    };
    async::detail::BlockingCall job(scope, async::detail::Callback(body));
    co_await job;
    co_return outcome.take();
}

}  // namespace pottle
