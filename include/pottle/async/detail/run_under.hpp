// SPDX-License-Identifier: MIT
/// \file
/// run_under(): awaits a task under another scope than the awaiting coroutine's. as_task(): makes a
/// Task of a leaf, so that everything that takes tasks takes `channel.receive()` too.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::async::detail {

template <class T>
class [[nodiscard]] RunUnder {
public:
    RunUnder(CancelScope& scope, typename Task<T>::Handle handle) noexcept
        : scope_(scope), handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> parent) {
        return handle_.promise().start(handle_, &scope_, &parent.promise(), parent);
    }
    T await_resume() { return handle_.promise().take(); }

private:
    CancelScope& scope_;
    typename Task<T>::Handle handle_;
};

/// `co_await run_under(scope, task)`; both must outlive the await.
template <class T>
RunUnder<T> run_under(CancelScope& scope, Task<T>& task) noexcept {
    return {scope, task.handle()};
}

/// An awaitable that may be moved before it is awaited: Sleep, Event::Wait, Channel::Receive, ...
template <class A>
concept MovableAwaitable = std::is_move_constructible_v<A> && requires(A awaitable) {
    awaitable.await_ready();
    awaitable.await_resume();
};

template <MovableAwaitable A>
auto as_task(A awaitable) -> Task<decltype(awaitable.await_resume())> {
    co_return co_await awaitable;
}

}  // namespace pottle::async::detail
