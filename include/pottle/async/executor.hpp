// SPDX-License-Identifier: MIT
/// \file
/// Executor: what coroutines need from an event loop. `net::Loop` implements it over epoll, the
/// testing executor over a virtual clock. No OS header here. Read next: cancel.hpp, task.hpp.
#pragma once

#include <pottle/base/chrono.hpp>

#include <coroutine>
#include <cstdint>

namespace pottle::async {

class CancelScope;

/// A unit of work that an executor runs once. Intrusive, so that scheduling allocates nothing. A
/// resource: it must stay where it is until it has run. It may be scheduled again from inside
/// run().
class Job {
public:
    virtual void run() noexcept = 0;

protected:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job() = default;

private:
    friend class JobQueue;
    Job* next_ = nullptr;
};

/// FIFO of jobs, linked through the jobs themselves. Not thread-safe.
class JobQueue {
public:
    bool empty() const noexcept { return first_ == nullptr; }
    void push(Job& job) noexcept {
        job.next_ = nullptr;
        (last_ ? last_->next_ : first_) = &job;
        last_ = &job;
    }
    Job* pop() noexcept {
        Job* job = first_;
        if (job) {
            first_ = job->next_;
            if (!first_) last_ = nullptr;
        }
        return job;
    }
    /// Moves all of `other` behind the jobs of this queue.
    void append(JobQueue& other) noexcept {
        if (other.empty()) return;
        (last_ ? last_->next_ : first_) = other.first_;
        last_ = other.last_;
        other.first_ = other.last_ = nullptr;
    }

private:
    Job* first_ = nullptr;
    Job* last_ = nullptr;
};

/// A one-shot timer. Intrusive and restartable; a resource that must be stopped (or have fired)
/// before it is destroyed.
class Timer {
public:
    bool active() const noexcept { return previous_ != nullptr; }
    SteadyTime deadline() const noexcept { return deadline_; }

    /// Runs on the executor's thread at or after the deadline; the timer is inactive by then and
    /// may be restarted.
    virtual void on_timer() noexcept = 0;

protected:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() = default;

private:
    friend class TimerWheel;
    Timer* previous_ = nullptr;
    Timer* next_ = nullptr;
    SteadyTime deadline_{};
};

/// Work for the blocking pool: `work` runs on a pool thread, then `done` on the executor that
/// submitted it.
class BlockingJob : public Job {
public:
    virtual void work() noexcept = 0;
    void run() noexcept final { done(); }
    virtual void done() noexcept = 0;

protected:
    ~BlockingJob() = default;
};

/// What stands around the resumption of every coroutine that has waited, where somebody wants to
/// know how long each keeps its loop.
class ResumeWatch {
public:
    virtual void resume(std::coroutine_handle<> coroutine, const CancelScope& scope) noexcept = 0;

protected:
    ~ResumeWatch() = default;
};

/// Resumes a coroutine that has waited under `scope`; its executor's watch is told.
void resume_waiter(std::coroutine_handle<> coroutine, const CancelScope& scope) noexcept;

/// An event loop as coroutines see it. A resource that belongs to one thread.
class Executor {
public:
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// The monotonic time of this turn of the loop: cheap, constant within a turn.
    virtual SteadyTime now() const noexcept = 0;

    /// Unix time in seconds, for what leaves the process: signatures, cookies, dates.
    virtual std::int64_t unix_now() const noexcept;

    /// Runs `job` later on this thread, in order, before the loop waits again.
    /// Thread: the executor's own.
    virtual void defer(Job& job) noexcept = 0;

    /// Runs `job` on the executor's thread. Thread: any. Wake-ups are coalesced: one system call
    /// per burst.
    virtual void post(Job& job) noexcept = 0;

    /// Starts or restarts a timer. Resolution: 1 ms, never early. Thread: the executor's own.
    virtual void start_timer(Timer& timer, SteadyTime deadline) noexcept = 0;
    virtual void stop_timer(Timer& timer) noexcept = 0;

    /// Hands `job` to the process's bounded pool of blocking threads.
    /// Returns: false when the pool's queue is full or the pool is closed; the job is untouched
    /// then.
    virtual bool run_blocking(BlockingJob& job) noexcept = 0;

    /// True on the thread that runs this executor.
    virtual bool on_own_thread() const noexcept = 0;

    /// Null: coroutines are resumed directly. Thread: the executor's own.
    void set_resume_watch(ResumeWatch* watch) noexcept { watch_ = watch; }
    ResumeWatch* resume_watch() const noexcept { return watch_; }

protected:
    Executor() = default;
    ~Executor() = default;

private:
    ResumeWatch* watch_ = nullptr;
};

}  // namespace pottle::async
