// SPDX-License-Identifier: MIT
/// \file
/// ThreadPool: the bounded pool behind Executor::run_blocking. One per process, shared by its
/// loops.
#pragma once

#include <pottle/async/executor.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace pottle::net {

struct ThreadPoolOptions {
    /// Threads at most; they start when there is work for them. 0: twice the cores, at least 4,
    /// since blocking work mostly waits.
    std::size_t threads = 0;
    /// Jobs that may wait for a thread; beyond that submit() refuses, so that a slow disk turns
    /// into quick 503 answers and not into a queue of minutes.
    std::size_t queued_jobs = 1024;
};

/// A bounded pool of threads. A resource.
/// Lifetime: dies before the executors that submitted jobs to it.
class ThreadPool {
public:
    explicit ThreadPool(ThreadPoolOptions options = {});
    /// close()
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Runs `job.work()` on a pool thread, then posts `job` to `home`, which calls its done().
    ///
    /// Returns: false when the queue is full, the pool closed, or no thread can be started.
    /// Thread: any.
    bool submit(async::BlockingJob& job, async::Executor& home) noexcept;

    /// Refuses new jobs, lets those that were accepted finish, and ends the threads. Their done()
    /// still needs their executors. Thread: any but the pool's own.
    void close() noexcept;

    /// Threads started so far.
    std::size_t thread_count() const;

private:
    struct Entry {
        async::BlockingJob* job = nullptr;
        async::Executor* home = nullptr;
    };

    bool ensure_thread() noexcept;
    void work();

    const std::size_t max_threads_;
    /// Guards everything below. A job's memory passes to the worker and, through post(), back.
    mutable std::mutex mutex_;
    std::condition_variable work_or_close_;
    std::vector<Entry> ring_;  // fixed capacity
    std::size_t first_ = 0;
    std::size_t waiting_ = 0;
    std::size_t idle_threads_ = 0;
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace pottle::net
