// SPDX-License-Identifier: MIT
/// \file
/// BackgroundTasks: work that outlives the request which started it. Owned by the application,
/// drained at shutdown; nothing is detached.
#pragma once

#include <pottle/async/detail/call.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/async/task.hpp>

#include <cstddef>
#include <utility>

namespace pottle {

namespace app {
class BackgroundCore;
}

/// A resource of its application; handlers and hooks take it as `BackgroundTasks&`.
///
///     app.post("/orders", [](Json<Order> order, BackgroundTasks& background) {
///         background.add(send_receipt, order->mail);
///         return Reply{"accepted", 202};
///     });
///
/// A task is not cancelled when the client goes away. At shutdown tasks get
/// BACKGROUND_TASK_SHUTDOWN_TIMEOUT, then they are cancelled and waited for. What a task throws is
/// logged and sent as got_background_exception.
class BackgroundTasks {
public:
    explicit BackgroundTasks(app::BackgroundCore& core) noexcept : core_(core) {}
    BackgroundTasks(const BackgroundTasks&) = delete;
    BackgroundTasks& operator=(const BackgroundTasks&) = delete;

    /// Calls `fn(args...)` and runs the Task<> that it returns on this loop until it parks; a
    /// function that returns no Task runs on the pool of blocking threads. Function and arguments
    /// are copied or moved and live as long as the task. Before the application serves, the task
    /// waits for that.
    ///
    /// Thread: a loop of the application, or the one that sets it up.
    template <class Fn, class... Args>
    void add(Fn fn, Args... args) {
        start(run(std::move(fn), std::move(args)...), Failure::IsLogged);
    }
    /// The same for a task without which the program makes no sense: when it throws, the server
    /// shuts down in order and exits with an error.
    template <class Fn, class... Args>
    void add_critical(Fn fn, Args... args) {
        start(run(std::move(fn), std::move(args)...), Failure::StopsServer);
    }

    /// Tasks that have not ended. Thread: any.
    std::size_t running() const noexcept;

private:
    enum class Failure : unsigned char { IsLogged, StopsServer };

    template <class Fn, class... Args>
    static Task<> run(Fn fn, Args... args) {
        if constexpr (is_task<async::detail::CallResult<Fn, Args...>>)
            co_await async::detail::call(std::move(fn), std::move(args)...);
        else
            co_await run_blocking(std::move(fn), std::move(args)...);
    }
    void start(Task<> task, Failure failure);

    app::BackgroundCore& core_;
};

}  // namespace pottle
