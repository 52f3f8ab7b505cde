// SPDX-License-Identifier: MIT
/// \file
/// Fibres: synchronous code that may await. run_fibre() calls a function on a stack of its own;
/// inside it, at any depth of calls, await_sync() suspends the whole stack until a task is done,
/// and the loop goes on meanwhile. For code that cannot become a coroutine: a library with
/// callbacks, a template engine, a comparison function.
#pragma once

#include <pottle/async/detail/call.hpp>
#include <pottle/async/detail/callback.hpp>
#include <pottle/async/detail/run_under.hpp>
#include <pottle/base/bytes.hpp>

namespace pottle {

struct FibreOptions {
    /// As much as musl gives a thread twice over; a page below it is not mapped, so that an
    /// overflow stops the process instead of corrupting it. Only touched pages take memory.
    ByteCount stack_size = 256 * 1024;
};

namespace async::detail {

Task<> run_on_fibre(Callback body, ByteCount stack_size);
/// Starts a coroutine and returns when it has finished.
void await_on_fibre(std::coroutine_handle<> handle, PromiseBase& promise);

}  // namespace async::detail

/// `auto page = co_await run_fibre(options, render, std::move(model));`
///
/// Lifetime: function and arguments are moved into the task and live until the call returns.
/// Errors: throws what `fn` throws, Cancelled too.
/// Thread: the loop's own; a fibre never changes threads.
/// Cancel: comes out of await_sync() as Cancelled.
/// Cost: a pooled stack and two frames; no heap call in the steady state.
template <class Fn, class... Args>
Task<async::detail::CallResult<Fn, Args...>> run_fibre(FibreOptions options, Fn fn, Args... args) {
    async::detail::Outcome<async::detail::CallResult<Fn, Args...>> outcome;
    auto body = [&] {
        outcome.record([&] { return async::detail::call(std::move(fn), std::move(args)...); });
    };
    co_await async::detail::run_on_fibre(async::detail::Callback(body), options.stack_size);
    co_return outcome.take();
}
template <class Fn, class... Args>
Task<async::detail::CallResult<Fn, Args...>> run_fibre(Fn fn, Args... args) {
    return run_fibre(FibreOptions{}, std::move(fn), std::move(args)...);
}

/// Waits for `task` inside run_fibre() and returns its result.
///
/// Errors: throws what the task throws, Cancelled too; LogicError outside a fibre.
/// Cost: a task that finishes at once costs no switch.
template <class T>
T await_sync(Task<T> task) {
    async::detail::await_on_fibre(task.handle(), task.handle().promise());
    return task.handle().promise().take();
}
/// The same for `sleep(1s)`, `channel.receive()` and the like.
template <async::detail::MovableAwaitable A>
auto await_sync(A awaitable) {
    return await_sync(async::detail::as_task(std::move(awaitable)));
}

}  // namespace pottle
