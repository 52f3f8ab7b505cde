// SPDX-License-Identifier: MIT
/// \file
/// Task<T>: the coroutine type of handlers and of everything they await. Lazy, move-only, awaited
/// once.
///
/// The hybrid form. A child started by `co_await` runs at once inside the parent's await_suspend,
/// marked inline. If it finishes there, await_suspend returns false and the parent goes on without
/// a transfer, so that a loop over finished awaits does not grow the stack on compilers whose
/// symmetric transfer is not a tail call (g++ below -O2 and under its sanitizers). If it parks, the
/// parent stays suspended and the child's final_suspend resumes it symmetrically.
///
/// Every promise carries the CancelScope of its awaiter: leaves find cancellation, executor and
/// clock through it.
#pragma once

#include <pottle/async/cancel.hpp>
#include <pottle/async/frame_pool.hpp>
#include <pottle/base/require.hpp>

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace pottle {

template <class T = void>
class Task;

namespace async {

/// What every coroutine of Pottle has in its frame.
class PromiseBase {
public:
    PromiseBase() = default;
    PromiseBase(const PromiseBase&) = delete;
    PromiseBase& operator=(const PromiseBase&) = delete;

    CancelScope* scope() const noexcept { return scope_; }
    std::coroutine_handle<> continuation() const noexcept { return continuation_; }
    /// Who awaits this coroutine, for a debug page's chain of suspended coroutines; nullptr at the
    /// root.
    PromiseBase* awaiter() const noexcept { return awaiter_; }

    /// What the coroutine threw, until its result is taken.
    const std::exception_ptr& error() const noexcept { return error_; }

    /// Runs the coroutine until it parks or finishes, to be resumed for `awaiter` (null: nobody
    /// yet). Returns: true while it is still running.
    bool start(std::coroutine_handle<> self, CancelScope* scope, PromiseBase* awaiter,
               std::coroutine_handle<> continuation) {
        awaiter_ = awaiter;
        continuation_ = continuation;
        scope_ = scope;
        inline_ = true;
        self.resume();
        return std::exchange(inline_, false);
    }
    /// Runs a coroutine that nobody awaits (detail::Root); its frame may be gone afterwards.
    void resume_as_root(std::coroutine_handle<> self, CancelScope& scope) {
        scope_ = &scope;
        self.resume();
    }
    /// Sets who is resumed when a coroutine that was started without an awaiter finishes.
    void set_continuation(PromiseBase* awaiter, std::coroutine_handle<> continuation) noexcept {
        awaiter_ = awaiter;
        continuation_ = continuation;
    }

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
            PromiseBase& promise = self.promise();
            if (std::exchange(promise.inline_, false) || !promise.continuation_)
                return std::noop_coroutine();
            return promise.continuation_;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept;

    static void* operator new(std::size_t size) { return detail::allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept {
        detail::free_frame(frame, size);
    }

protected:
    ~PromiseBase() = default;
    void rethrow_error() {
        if (error_) [[unlikely]]
            std::rethrow_exception(std::exchange(error_, nullptr));
    }

private:
    std::coroutine_handle<> continuation_;
    PromiseBase* awaiter_ = nullptr;
    CancelScope* scope_ = nullptr;
    std::exception_ptr error_;
    bool inline_ = false;
};

template <class T>
class Promise final : public PromiseBase {
public:
    Task<T> get_return_object() noexcept;
    /// `= T` lets `co_return {value, 201};` through.
    template <class U = T>
        requires std::is_constructible_v<T, U&&>
    void return_value(U&& value) {
        value_.emplace(std::forward<U>(value));
    }
    T take() {
        rethrow_error();
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
};

template <>
class Promise<void> final : public PromiseBase {
public:
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() { rethrow_error(); }
};

/// Of a task that gives a reference to what outlives it.
template <class T>
class Promise<T&> final : public PromiseBase {
public:
    Task<T&> get_return_object() noexcept {
        return Task<T&>{std::coroutine_handle<Promise>::from_promise(*this)};
    }
    void return_value(T& value) noexcept { value_ = &value; }
    T& take() {
        rethrow_error();
        return *value_;
    }

private:
    T* value_ = nullptr;
};

}  // namespace async

/// A coroutine that yields one T. A resource in motion: movable until it is awaited, then it stays.
///
/// Lifetime: parameters live in the frame; pass values, or references to objects that outlive the
/// task (style.md R30). Thread: started and finished on the same executor.
template <class T>
class [[nodiscard("co_await the task or hand it to a Scope")]] Task {
public:
    using promise_type = async::Promise<T>;
    using value_type = T;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    explicit Task(Handle handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        Task(std::move(other)).swap(*this);
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    /// False for a default-constructed, moved-from or released task.
    explicit operator bool() const noexcept { return bool(handle_); }

    struct Awaiter {
        Handle handle;
        bool await_ready() const noexcept { return false; }
        template <class Parent>
        bool await_suspend(std::coroutine_handle<Parent> parent) {
            static_assert(std::is_base_of_v<async::PromiseBase, Parent>,
                          "pottle: a Task can only be awaited inside a Task or Generator");
            async::PromiseBase& promise = parent.promise();
            return handle.promise().start(handle, promise.scope(), &promise, parent);
        }
        T await_resume() { return handle.promise().take(); }
    };
    Awaiter operator co_await() && noexcept { return {handle_}; }

    void swap(Task& other) noexcept { std::swap(handle_, other.handle_); }
    Handle handle() const noexcept { return handle_; }
    Handle release() && noexcept { return std::exchange(handle_, {}); }

private:
    Handle handle_;
};

template <class T>
Task<T> async::Promise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<Promise>::from_promise(*this)};
}
inline Task<void> async::Promise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<Promise>::from_promise(*this)};
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

namespace async {

/// `co_await current_scope()`: the CancelScope of the running coroutine (never null under an
/// executor).
struct current_scope {
    CancelScope* scope = nullptr;
    bool await_ready() const noexcept { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> self) noexcept {
        scope = self.promise().scope();
        return false;
    }
    CancelScope& await_resume() const {
        POTTLE_REQUIRE(scope, "a coroutine runs without a scope");
        return *scope;
    }
};

}  // namespace async
}  // namespace pottle
