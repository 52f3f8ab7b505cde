// SPDX-License-Identifier: MIT
/// \file
/// run_blocking(): calls a function that blocks or computes for long on the process's pool of
/// threads, so that the loop goes on.
#pragma once

#include <pottle/async/detail/call.hpp>
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
class BlockingCall : private BlockingJob {
public:
    explicit BlockingCall(Executor& executor) noexcept : executor_(executor) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self);
    void await_resume();

protected:
    ~BlockingCall() = default;
    /// Runs on a thread of the pool.
    virtual void call() = 0;

private:
    void work() noexcept final;
    void done() noexcept final { self_.resume(); }

    Executor& executor_;
    std::coroutine_handle<> self_;
    std::exception_ptr error_;
};

template <class T, class Invoke>
class BlockingCallOf final : public BlockingCall {
public:
    BlockingCallOf(Executor& executor, Invoke& invoke) noexcept
        : BlockingCall(executor), invoke_(invoke) {}
    T await_resume() {
        BlockingCall::await_resume();
        if constexpr (!std::is_void_v<T>) return std::move(*result_);
    }

private:
    void call() override {
        if constexpr (std::is_void_v<T>)
            invoke_();
        else
            result_.emplace(invoke_());
    }
    Invoke& invoke_;
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> result_;
};

template <class Fn, class... Args>
using CallResult =
    std::decay_t<decltype(detail::call(std::declval<Fn>(), std::declval<Args>()...))>;

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
    auto invoke = [&] { return async::detail::call(std::move(fn), std::move(args)...); };
    async::detail::BlockingCallOf<async::detail::CallResult<Fn, Args...>, decltype(invoke)> job(
        scope.executor(), invoke);
    co_return co_await job;
}

}  // namespace pottle
