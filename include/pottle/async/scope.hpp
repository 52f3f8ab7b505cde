// SPDX-License-Identifier: MIT
/// \file
/// Scope: the owner of tasks that run beside the coroutine that spawned them. There is no detach: a
/// task ends before its scope does.
#pragma once

#include <pottle/async/detail/call.hpp>
#include <pottle/async/detail/group.hpp>
#include <pottle/async/detail/root.hpp>

namespace pottle {

/// A resource, normally a local of the coroutine that awaits join(). When other awaits lie between
/// spawn() and join(), an exception would pass by join(): use with_scope(), which joins on every
/// way out.
///
///     Scope scope(co_await async::current_scope());
///     scope.spawn(send_mail, user);
///     scope.spawn(&Cache::refresh, &cache);
///     co_await scope.join();
///
/// Thread: one loop.
class Scope {
public:
    /// The tasks are cancelled with `parent`.
    explicit Scope(async::CancelScope& parent);
    /// Destroying a scope whose tasks still run is a defect of the caller: they are cancelled, an
    /// error is logged, and what they refer to outside their arguments must live until they end.
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    /// Calls `fn(args...)`, which returns a Task<>, and runs that until it parks. Function and
    /// arguments are copied or moved into the task's frame and live as long as the task.
    ///
    /// Errors: the first exception of a task cancels the others and comes out of join().
    template <class Fn, class... Args>
    void spawn(Fn fn, Args... args) {
        run_child(state(), std::move(fn), std::move(args)...).run(cancel_scope());
    }

    /// Waits until every task has ended.
    ///
    /// Errors: throws the first error of a task, or else Cancelled when the awaiting coroutine is
    /// cancelled.
    /// Cancel: the tasks are cancelled, and waited for.
    async::detail::Group::All join() noexcept;

    void cancel(CancelReason reason = CancelReason::Requested) noexcept {
        cancel_scope().cancel(reason);
    }
    /// Tasks that have not ended.
    std::size_t running() const noexcept;
    /// What the tasks run under.
    async::CancelScope& cancel_scope() noexcept;

private:
    struct State;

    template <class Fn, class... Args>
    static async::detail::Root run_child(State& state, Fn fn, Args... args) {
        begin(state);
        try {
            co_await async::detail::call(std::move(fn), std::move(args)...);
        } catch (...) {
            fail(state);
        }
        end(state);
    }
    static void begin(State& state) noexcept;
    static void fail(State& state) noexcept;
    static void end(State& state) noexcept;
    State& state() noexcept { return *state_; }

    State* state_;  // outlives this object only when tasks do
};

/// Calls `fn(scope, args...)`, which returns a Task<>, with a new scope, and joins the scope
/// however that ends; an error of any of the tasks cancels the others and is thrown.
///
///     co_await with_scope([](Scope& scope, Db& db) -> Task<> {
///         scope.spawn(refresh, &db);
///         co_await db.ready();
///     }, ...);
template <class Fn, class... Args>
Task<> with_scope(Fn fn, Args... args) {
    Scope scope(co_await async::current_scope());
    scope.spawn(
        [](Fn* function, Scope* self, auto*... arguments) -> Task<> {
            return (*function)(*self, std::move(*arguments)...);
        },
        &fn, &scope, &args...);
    co_await scope.join();
}

}  // namespace pottle
