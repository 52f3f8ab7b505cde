// SPDX-License-Identifier: MIT
/// \file
/// Root: the outermost coroutine of a chain, which nobody awaits. It starts a task, sees every way
/// the task can end, and tells an owner that is waiting for it; its frame frees itself. Only the
/// owners of running tasks (start.hpp, Scope, gather, fibres) write roots.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::async::detail {

/// Rule: the body catches everything, and touches nothing after it told its owner.
class [[nodiscard]] Root {
public:
    class promise_type final : public PromiseBase {
    public:
        Root get_return_object() noexcept {
            return Root{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
    };

    Root(Root&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Root& operator=(Root&&) = delete;
    ~Root() {
        if (handle_) handle_.destroy();
    }

    /// Runs the coroutine until it parks or ends.
    void run(CancelScope& scope) && {
        const auto handle = std::exchange(handle_, {});
        handle.promise().resume_as_root(handle, scope);
    }

private:
    explicit Root(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
};

}  // namespace pottle::async::detail
