// SPDX-License-Identifier: MIT
/// \file
/// gather(): runs tasks beside each other and waits for all of them.
#pragma once

#include <pottle/async/detail/group.hpp>
#include <pottle/async/detail/run_under.hpp>

#include <cstddef>
#include <tuple>
#include <vector>

namespace pottle {

/// The place of a Task<void> in the result of gather().
struct Nothing {
    friend bool operator==(Nothing, Nothing) = default;
};

namespace async::detail {

template <class T>
using GatherResult = std::conditional_t<std::is_void_v<T>, Nothing, T>;

template <class T>
GatherResult<T> take_result(Task<T>& task) {
    if constexpr (std::is_void_v<T>) {
        task.handle().promise().take();
        return {};
    } else {
        return task.handle().promise().take();
    }
}

template <class... T>
Task<std::tuple<GatherResult<T>...>> gather_values(Task<T>... tasks) {
    Group group(co_await current_scope());
    (group.start(tasks), ...);
    co_await group.all();
    co_return std::tuple<GatherResult<T>...>{take_result(tasks)...};
}

template <class... T>
Task<> gather_nothing(Task<T>... tasks) {
    Group group(co_await current_scope());
    (group.start(tasks), ...);
    co_await group.all();
}

template <class T>
Task<T> to_task(Task<T> task) noexcept {
    return task;
}
template <MovableAwaitable A>
auto to_task(A awaitable) {
    return as_task(std::move(awaitable));
}

template <class... T>
auto gather_tasks(Task<T>... tasks) {
    if constexpr ((std::is_void_v<T> && ...))
        return gather_nothing(std::move(tasks)...);
    else
        return gather_values(std::move(tasks)...);
}

}  // namespace async::detail

/// `auto results = co_await gather(load_user(id), load_cart(id), sleep(10ms));`
///
/// Returns: a tuple of the results in order, with Nothing for void; nothing when all are void.
/// Errors: the first error cancels the other tasks; it is thrown when all of them have ended.
/// Cancel: every task is cancelled, and waited for.
template <class... Awaitable>
auto gather(Awaitable... awaitables) {
    return async::detail::gather_tasks(async::detail::to_task(std::move(awaitables))...);
}

/// The same for any number of tasks of one type.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
    async::detail::Group group(co_await async::current_scope());
    for (Task<T>& task : tasks) group.start(task);
    co_await group.all();
    std::vector<T> results;
    results.reserve(tasks.size());
    for (Task<T>& task : tasks) results.push_back(task.handle().promise().take());
    co_return results;
}
inline Task<> gather(std::vector<Task<>> tasks) {
    async::detail::Group group(co_await async::current_scope());
    for (Task<>& task : tasks) group.start(task);
    co_await group.all();
}

}  // namespace pottle
