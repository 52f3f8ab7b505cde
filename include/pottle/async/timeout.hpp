// SPDX-License-Identifier: MIT
/// \file
/// timeout(): gives a task a limit of time.
#pragma once

#include <pottle/async/detail/run_under.hpp>

namespace pottle {

/// What timeout() throws.
class TimedOut : public std::exception {
public:
    ~TimedOut() override;
    const char* what() const noexcept override;
};

namespace async::detail {

/// A scope that a timer cancels.
class Deadline final : private Timer {
public:
    Deadline(CancelScope& parent, SteadyTime::duration duration) noexcept;
    ~Deadline();
    CancelScope& scope() noexcept { return scope_; }
    /// True when it was this timer, and not a cancellation from outside, that ended the task.
    bool passed() const noexcept { return fired_ && !parent_.cancelled(); }

private:
    void on_timer() noexcept override;
    CancelScope& parent_;
    CancelScope scope_;
    bool fired_ = false;
};

}  // namespace async::detail

/// `co_await timeout(5s, fetch(url))`: awaits the task, or cancels it when `duration` is over.
///
/// Errors: throws TimedOut, after the task has ended. A result that arrived in spite of the
/// cancellation is returned; so is an error.
/// Cancel: reaches the task; Cancelled comes out as it is.
template <class T>
Task<T> timeout(SteadyTime::duration duration, Task<T> task) {
    async::detail::Deadline deadline(co_await async::current_scope(), duration);
    try {
        co_return co_await async::detail::run_under(deadline.scope(), task);
    } catch (const Cancelled&) {
        if (deadline.passed()) throw TimedOut();
        throw;
    }
}

/// The same for `channel.receive()`, `event.wait()` and the like.
template <async::detail::MovableAwaitable A>
auto timeout(SteadyTime::duration duration, A awaitable) {
    return timeout(duration, async::detail::as_task(std::move(awaitable)));
}

}  // namespace pottle
