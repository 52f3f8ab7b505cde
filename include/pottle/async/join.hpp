// SPDX-License-Identifier: MIT
/// \file
/// join(): awaits the rest of a task that somebody has started already. A caller that is not a
/// coroutine starts a task inline (start_unawaited) and pays for a second coroutine only when the
/// task has not finished.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::async {

/// Runs `task` under `scope` until it parks or finishes.
/// Returns: true when it finished; the result is `task.handle().promise().take()`, which throws
/// what the task threw. False: await join(task) exactly once before the task is destroyed.
template <class T>
bool start_unawaited(Task<T>& task, CancelScope& scope) {
    const auto handle = task.handle();
    return !handle.promise().start(handle, &scope, nullptr, {});
}

template <class Promise>
class [[nodiscard]] Join {
public:
    explicit Join(std::coroutine_handle<Promise> handle) noexcept : handle_(handle) {}
    bool await_ready() const noexcept { return handle_.done(); }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const noexcept {
        handle_.promise().set_continuation(&parent.promise(), parent);
    }
    decltype(auto) await_resume() const { return handle_.promise().take(); }

private:
    std::coroutine_handle<Promise> handle_;
};

/// `co_await join(task)`: the result of a task that start_unawaited() or PromiseBase::start()
/// began. The task keeps the scope it was started under and must outlive the await.
template <class T>
Join<Promise<T>> join(Task<T>& task) noexcept {
    return Join{task.handle()};
}

}  // namespace pottle::async
