// SPDX-License-Identifier: MIT
/// \file
/// Generator<T>: a coroutine that may `co_yield` values and `co_await` between them. A streamed
/// response body is a Generator<std::string>.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle {

/// Yields a sequence of T, pulled one at a time. A resource in motion, like Task.
///
/// `while (T* chunk = co_await generator.next()) ...`
/// Lifetime: the pointer is valid until the next call of next().
template <class T>
class [[nodiscard]] Generator {
public:
    using value_type = T;
    class promise_type final : public async::PromiseBase {
    public:
        Generator get_return_object() noexcept {
            return Generator{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        void return_void() noexcept { current_ = nullptr; }
        FinalAwaiter yield_value(T& value) noexcept {
            current_ = &value;
            return {};
        }
        FinalAwaiter yield_value(T&& value) noexcept {
            current_ = &value;
            return {};
        }
        T* take() {
            rethrow_error();
            return current_;
        }
        void unhandled_exception() noexcept {
            current_ = nullptr;
            PromiseBase::unhandled_exception();
        }

    private:
        T* current_ = nullptr;
    };
    using Handle = std::coroutine_handle<promise_type>;

    Generator() = default;
    explicit Generator(Handle handle) noexcept : handle_(handle) {}
    Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Generator& operator=(Generator&& other) noexcept {
        Generator(std::move(other)).swap(*this);
        return *this;
    }
    ~Generator() {
        if (handle_) handle_.destroy();
    }

    struct Next {
        Handle handle;
        async::CancelScope* scope;
        bool await_ready() const noexcept { return handle.done(); }
        template <class Parent>
        bool await_suspend(std::coroutine_handle<Parent> parent) {
            async::PromiseBase& promise = parent.promise();
            return handle.promise().start(handle, scope ? scope : promise.scope(), &promise,
                                          parent);
        }
        T* await_resume() {
            return handle.done() ? (handle.promise().take(), nullptr) : handle.promise().take();
        }
    };
    /// Errors: rethrows what the generator threw; afterwards the generator is at its end.
    Next next() noexcept { return {handle_, nullptr}; }
    /// The same under another scope than the awaiting coroutine's, which must outlive the await.
    Next next_under(async::CancelScope& scope) noexcept { return {handle_, &scope}; }

    void swap(Generator& other) noexcept { std::swap(handle_, other.handle_); }
    Handle release() && noexcept { return std::exchange(handle_, {}); }

private:
    Handle handle_;
};

template <class T>
inline constexpr bool is_generator = false;
template <class T>
inline constexpr bool is_generator<Generator<T>> = true;

}  // namespace pottle
