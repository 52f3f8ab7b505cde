// SPDX-License-Identifier: MIT
/// \file
/// Group: tasks that run beside each other under one scope; the first error cancels the others. The
/// core of Scope and gather.
///
/// Invariants:
/// 1. The first exception other than Cancelled is kept and cancels the scope; later ones are
///    dropped.
/// 2. A wait for the group ends only when no task runs any more, cancelled or not.
#pragma once

#include <pottle/async/task.hpp>

#include <cstddef>

namespace pottle::async::detail {

/// A resource; must outlive its tasks. Thread: one loop.
class Group {
public:
    class All;

    explicit Group(CancelScope& parent) noexcept : scope_(parent) {}
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    CancelScope& scope() noexcept { return scope_; }
    std::size_t running() const noexcept { return running_; }

    /// Starts a task that the caller keeps until the group is over. Does nothing when the group is
    /// cancelled already.
    template <class T>
    void start(Task<T>& task) {
        start(task.handle(), task.handle().promise());
    }

    void task_begins() noexcept { ++running_; }
    void task_fails(std::exception_ptr error) noexcept;
    /// The last thing that a task does: wakes who waits.
    void task_ends() noexcept;

    /// `co_await group.all()`: waits for every task, then throws the first error, or else Cancelled
    /// when the awaiting scope is cancelled; a cancellation of that reaches the tasks meanwhile.
    All all() noexcept;

private:
    void start(std::coroutine_handle<> handle, PromiseBase& promise);

    CancelScope scope_;
    std::size_t running_ = 0;
    std::exception_ptr error_;
    All* waiting_ = nullptr;
};

class [[nodiscard("co_await it")]] Group::All final : private CancelHook, private Job {
public:
    explicit All(Group& group) noexcept : group_(group) {}
    bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> self) {
        return suspend(self, *self.promise().scope());
    }
    void await_resume() const;

private:
    friend class Group;
    bool suspend(std::coroutine_handle<> self, CancelScope& scope);
    void run() noexcept override { resume_waiter(self_, *awaiting_); }
    void on_cancel() noexcept override { group_.scope_.cancel(awaiting_->reason()); }
    void wake() noexcept {
        unlink();
        awaiting_->executor().defer(*this);
    }

    Group& group_;
    CancelScope* awaiting_ = nullptr;
    std::coroutine_handle<> self_;
};

inline Group::All Group::all() noexcept {
    return All(*this);
}

}  // namespace pottle::async::detail
