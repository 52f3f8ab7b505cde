// SPDX-License-Identifier: MIT
/// \file
/// VirtualExecutor: an Executor for tests. Its clock stands still until the test moves it, so a
/// test of a 75 s timeout takes microseconds and gives the same answer on every machine.
#pragma once

#include <pottle/async/executor.hpp>
#include <pottle/async/task.hpp>
#include <pottle/async/timer_wheel.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>

namespace pottle::async {

/// What VirtualExecutor::run() does when no job is ready and the task has not finished.
enum class WhenIdle {
    AdvanceTime,   ///< goes on to the next timer
    WaitForPosts,  ///< waits until another thread posts a job; timers never fire
    Stop,          ///< gives up: the task is cancelled and LogicError is thrown
};

/// A resource that belongs to the thread that made it.
class VirtualExecutor final : public Executor {
public:
    VirtualExecutor();
    /// Runs what is ready: some jobs free what they belong to.
    ~VirtualExecutor();

    SteadyTime now() const noexcept override { return now_; }
    /// The time at which this executor was made, or set_unix_now(), and what went by since then.
    std::int64_t unix_now() const noexcept override;
    void set_unix_now(std::int64_t seconds) noexcept;
    void defer(Job& job) noexcept override { ready_.push(job); }
    void post(Job& job) noexcept override;
    void start_timer(Timer& timer, SteadyTime deadline) noexcept override;
    void stop_timer(Timer& timer) noexcept override;
    /// Works at once, on this thread, and defers done().
    bool run_blocking(BlockingJob& job) noexcept override;
    bool on_own_thread() const noexcept override;

    /// Makes run_blocking() refuse jobs, as a full pool does.
    void refuse_blocking(bool refuse) noexcept { refuse_blocking_ = refuse; }

    /// Runs jobs, posted jobs and timers that are due until there are none; time stands still.
    /// Returns: the number of jobs and timers that ran.
    std::size_t run_until_idle();

    /// Moves the clock, stopping at every timer on the way, and runs until idle at each.
    void advance(SteadyTime::duration duration);

    /// Moves the clock to the next timer, fires it and runs until idle.
    /// Returns: false when no timer is active.
    bool advance_to_next_timer();

    /// Runs `task` under a scope of its own and returns its result, or throws what it throws.
    /// Errors: LogicError when the task waits for something that will not happen; it is cancelled
    /// then.
    template <class T>
    T run(Task<T> task, WhenIdle when_idle = WhenIdle::AdvanceTime) {
        CancelScope scope(*this);
        return run(std::move(task), scope, when_idle);
    }
    /// The same under `scope`, which must belong to this executor.
    template <class T>
    T run(Task<T> task, CancelScope& scope, WhenIdle when_idle = WhenIdle::AdvanceTime) {
        const auto handle = task.handle();
        if (!drive(handle, handle.promise(), scope, when_idle)) {
            (void)std::move(task).release();  // a suspended frame must not be destroyed
            throw_stuck();
        }
        return handle.promise().take();
    }

private:
    bool drive(std::coroutine_handle<> handle, PromiseBase& promise, CancelScope& scope,
               WhenIdle when_idle);
    bool progress(WhenIdle when_idle);
    bool wait_for_posts();
    void take_posted();
    [[noreturn]] static void throw_stuck();

    SteadyTime now_;
    SteadyTime unix_since_;  ///< when it was unix_then_
    std::int64_t unix_then_;
    TimerWheel timers_;
    JobQueue ready_;
    bool refuse_blocking_ = false;
    const std::thread::id thread_;

    std::mutex mutex_;  // guards posted_
    std::condition_variable posted_some_;
    JobQueue posted_;
};

}  // namespace pottle::async
