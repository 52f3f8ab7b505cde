// SPDX-License-Identifier: MIT
/// \file
/// shield(): protects a section that has to finish from cancellation.
#pragma once

#include <pottle/async/detail/run_under.hpp>

namespace pottle {

/// `co_await shield(transaction.commit())`: runs the task to its end under a scope of its own, also
/// when the awaiting coroutine is cancelled before or meanwhile; that one notices at its next
/// await. The task needs a limit of its own where it may take long.
template <class T>
Task<T> shield(Task<T> task) {
    async::CancelScope& outer = co_await async::current_scope();
    async::CancelScope scope(outer.executor());
    scope.set_context(outer.find_context());
    co_return co_await async::detail::run_under(scope, task);
}

/// The same for `channel.send(value)` and the like.
template <async::detail::MovableAwaitable A>
auto shield(A awaitable) {
    return shield(async::detail::as_task(std::move(awaitable)));
}

}  // namespace pottle
