// SPDX-License-Identifier: MIT
/// \file
/// Leaf: the base of every awaitable that really waits (timer, event, channel, stream, ...). It
/// does what all of them must do alike: refuse to wait under a cancelled scope, stop waiting when
/// the scope is cancelled, and resume through the executor's queue.
///
/// States: idle -> waiting -> completed or cancelled -> resumed.
/// Invariants:
/// 1. Exactly one of complete() and cancellation ends the wait; what completed first stays, so a
///    value that was handed over is never lost to a later cancellation.
/// 2. The coroutine is resumed by a deferred job, never from inside complete() or cancel().
#pragma once

#include <pottle/async/cancel.hpp>

#include <coroutine>

namespace pottle::async {

/// A resource once it is awaited; may be moved before. A derived class has an await_resume() that
/// begins with check().
class Leaf : private CancelHook, private Job {
public:
    /// Precondition: `other` has not been awaited.
    Leaf(Leaf&&) noexcept : CancelHook(), Job() {}
    Leaf& operator=(Leaf&&) = delete;

    bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> self) {
        return suspend(self, self.promise().scope());
    }

protected:
    Leaf() = default;
    ~Leaf() = default;

    /// Begins to wait. Returns: false when there is nothing to wait for.
    virtual bool arm() = 0;
    /// Ends the wait because of cancellation; the leaf forgets whatever would call complete().
    virtual void disarm() noexcept = 0;

    /// Ends the wait: the coroutine is resumed in this turn of the executor.
    void complete() noexcept;
    /// Throws Cancelled when the wait was cancelled.
    void check() const {
        if (reason_ != CancelReason::None) [[unlikely]]
            throw Cancelled{reason_};
    }
    /// Valid from arm() on.
    CancelScope& scope() const noexcept { return *scope_; }
    Executor& executor() const noexcept { return scope_->executor(); }

private:
    bool suspend(std::coroutine_handle<> self, CancelScope* scope);
    void run() noexcept final;
    void on_cancel() noexcept final;

    std::coroutine_handle<> self_;
    CancelScope* scope_ = nullptr;
    CancelReason reason_ = CancelReason::None;
};

}  // namespace pottle::async
