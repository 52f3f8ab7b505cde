// SPDX-License-Identifier: MIT
/// \file
/// Cooperative cancellation. A CancelScope is the token that every Task of a request inherits
/// through its promise; leaf awaitables hang a CancelHook on it and are resumed with Cancelled when
/// it fires. Suspended frames are never destroyed from outside.
///
/// Invariants:
/// 1. Cancellation is sticky: once cancelled, every leaf awaited under the scope throws at once.
/// 2. A hook fires at most once and is unlinked before on_cancel() is called.
/// 3. Hooks resume their coroutine through the executor's queue, never inside cancel().
/// 4. A child hangs on its parent, cancelled or not, until one of them ends; a child that outlives
///    its parent becomes its grandparent's.
#pragma once

#include <pottle/async/executor.hpp>

#include <cstdint>
#include <exception>

namespace pottle {

/// Why a scope was cancelled.
enum class CancelReason : std::uint8_t { None, Requested, Disconnected, TimedOut, Shutdown };

/// Thrown out of a `co_await` when the surrounding scope is cancelled. Deliberately not a
/// std::exception, so that `catch (const std::exception&)` cannot swallow it. Only Scope, timeout
/// and the dispatcher catch it.
struct Cancelled {
    CancelReason reason = CancelReason::Requested;
};

namespace async {

class CancelScope;

/// What is told of a cancellation. Intrusive; unlinks itself when destroyed.
class CancelHook {
public:
    CancelHook(const CancelHook&) = delete;
    CancelHook& operator=(const CancelHook&) = delete;

    bool linked() const noexcept { return previous_ != nullptr; }
    void unlink() noexcept {
        if (!previous_) return;
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = nullptr;
    }

protected:
    CancelHook() = default;
    ~CancelHook() { unlink(); }

    /// Called once, after unlinking. Must not resume a coroutine: defer a Job instead.
    virtual void on_cancel() noexcept = 0;
    /// The scope on which it hangs ends before it. `above`: the scope around that one, or null.
    virtual void on_scope_end(CancelScope* above) noexcept;

private:
    friend class CancelScope;
    CancelHook* previous_ = nullptr;
    CancelHook* next_ = nullptr;
};

/// What the owner of a scope lets everything that runs under it find: an application its request.
/// The layer that sets contexts knows their type.
class ScopeContext {
public:
    /// Told of each coroutine under the scope that an exception leaves, from the inside out.
    /// `code`: an address in that coroutine.
    virtual void coroutine_failed(const void* code, const std::exception_ptr& error) noexcept;

protected:
    ScopeContext() = default;
    ~ScopeContext() = default;
};

/// A tree of cancellable work on one executor. A resource; must outlive every task that was started
/// under it, but not its children: a generator may keep one from one pull to the next. Thread: the
/// executor's own.
class CancelScope final : private CancelHook {
public:
    explicit CancelScope(Executor& executor) noexcept : executor_(executor) {}
    /// A child: cancelled with its parent, and by itself without touching the parent.
    explicit CancelScope(CancelScope& parent) noexcept : CancelScope(parent, parent.executor_) {}
    ~CancelScope() {
        if (first_.next_ != &first_) [[unlikely]]
            leave_hooks();
    }

    Executor& executor() const noexcept { return executor_; }
    bool cancelled() const noexcept { return reason_ != CancelReason::None; }
    CancelReason reason() const noexcept { return reason_; }

    /// Fires every hook, newest last. Idempotent; the first reason stays.
    void cancel(CancelReason reason = CancelReason::Requested) noexcept;

    /// Precondition: not cancelled(), or the hook would never be told.
    void add(CancelHook& hook) noexcept {
        hook.previous_ = first_.previous_;
        hook.next_ = &first_;
        first_.previous_->next_ = &hook;
        first_.previous_ = &hook;
    }

    /// Null: none of its own. Lifetime: `context` until it is replaced or the scope ends.
    void set_context(ScopeContext* context) noexcept { context_ = context; }
    /// The context of this scope, or of the nearest one above that has one; nullptr without.
    ScopeContext* find_context() const noexcept;

    /// Throws Cancelled when the scope is cancelled. For long computations between awaits.
    void check() const {
        if (cancelled()) throw Cancelled{reason_};
    }

private:
    /// The list's head: a hook that is never told.
    struct Head final : CancelHook {
        friend class CancelScope;
        Head() noexcept { previous_ = next_ = this; }
        void on_cancel() noexcept override {}
    };

    CancelScope(CancelScope& parent, Executor& executor) noexcept;
    void on_cancel() noexcept override;
    void on_scope_end(CancelScope* above) noexcept override;
    void leave_hooks() noexcept;

    Executor& executor_;
    CancelScope* parent_ = nullptr;
    ScopeContext* context_ = nullptr;
    CancelReason reason_ = CancelReason::None;
    Head first_;
};

}  // namespace async
}  // namespace pottle
