// SPDX-License-Identifier: MIT
/// \file
/// Loop: the event loop of one thread, over epoll. It knows descriptors, timers and jobs; what they
/// mean is up to the IoHandle (socket_stream.hpp, acceptor.hpp, signal_watcher.hpp).
///
/// A turn: wait for events (at most until the next timer) -> read the clock once -> deliver events
/// -> fire timers -> run deferred and posted jobs.
///
/// Invariants:
/// 1. A descriptor is registered once, edge-triggered for reading and writing, and never modified;
///    every handle keeps its own readiness.
/// 2. A handle that is unwatched or closed gets no further event, also when one for it is waiting
///    in the batch being delivered.
/// 3. A burst of post() calls costs one system call.
#pragma once

#include <pottle/async/executor.hpp>
#include <pottle/async/timer_wheel.hpp>
#include <pottle/base/error.hpp>
#include <pottle/net/io_handle.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

struct epoll_event;

namespace pottle::net {

class ThreadPool;

/// Memory that the streams of one loop share while an operation runs, so that an idle connection
/// holds none.
struct LoopBuffers {
    static constexpr std::size_t kPlainSize = 16 * 1024;    ///< one TLS record of text to send
    static constexpr std::size_t kRecordsSize = 80 * 1024;  ///< records on their way to a socket
    char plain[kPlainSize];
    char records[kRecordsSize];
    std::size_t records_used = 0;
};

/// Told when a descriptor of the loop has been closed. Acceptors that ran out of descriptors wait
/// for it.
class DescriptorWaiter {
public:
    virtual void on_descriptor_free() noexcept = 0;

protected:
    DescriptorWaiter() = default;
    ~DescriptorWaiter() = default;

private:
    friend class Loop;
    DescriptorWaiter* next_ = nullptr;
    bool waiting_ = false;
};

/// An event loop. A resource that belongs to the thread that calls run(), and before that to the
/// thread that made it.
///
/// Lifetime: outlives everything that is watched, timed or queued on it.
class Loop final : public async::Executor {
public:
    /// Bits that a connection registers: readable, writable, peer closed; edge-triggered.
    static const std::uint32_t kStreamEvents;

    /// Errors: throws std::system_error when the process is out of descriptors.
    /// Lifetime: `pool`, when given, outlives the loop; without one run_blocking() refuses.
    explicit Loop(ThreadPool* pool = nullptr);
    ~Loop();

    /// Runs turns until stop().
    void run();
    /// Runs one turn, waiting at most `longest` for something to do. For tests and embedding.
    void run_once(Milliseconds longest);
    /// Ends run() after its current turn; a run() that has not begun returns at once. Thread: any.
    void stop() noexcept;

    SteadyTime now() const noexcept override { return now_; }
    void defer(async::Job& job) noexcept override { deferred_.push(job); }
    void post(async::Job& job) noexcept override;
    void start_timer(async::Timer& timer, SteadyTime deadline) noexcept override {
        timers_.start(timer, deadline);
    }
    void stop_timer(async::Timer& timer) noexcept override { timers_.stop(timer); }
    bool run_blocking(async::BlockingJob& job) noexcept override;
    bool on_own_thread() const noexcept override;

    /// Registers the handle's descriptor for `events` (EPOLL* bits).
    Result<> watch(IoHandle& handle, std::uint32_t events = kStreamEvents) noexcept;
    /// Forgets the handle; its descriptor stays open.
    void unwatch(IoHandle& handle) noexcept;
    /// Forgets the handle and closes its descriptor, which is then -1.
    void close(IoHandle& handle) noexcept;

    /// Calls on_events(0) on the handle in this turn, after the current callback has returned.
    void notify_later(IoHandle& handle) noexcept;
    /// True while `handle` is the one being called and has not been destroyed: what a handle asks
    /// after every call to its observer.
    bool is_current(const IoHandle& handle) const noexcept { return current_ == &handle; }

    void wait_for_descriptor(DescriptorWaiter& waiter) noexcept;
    void stop_waiting_for_descriptor(DescriptorWaiter& waiter) noexcept;

    /// Made on first use.
    LoopBuffers& buffers();

private:
    static constexpr int kEventsPerTurn = 256;
    /// Jobs run in a row before descriptors are looked at again.
    static constexpr int kJobsPerTurn = 64;

    int wait_milliseconds(Milliseconds longest) noexcept;
    void deliver(epoll_event* events, int count) noexcept;
    void call(IoHandle& handle, std::uint32_t events) noexcept;
    void notify_queued() noexcept;
    void take_posted() noexcept;
    void run_jobs() noexcept;
    void wake() noexcept;
    void forget(IoHandle& handle) noexcept;

    int epoll_;
    int wake_descriptor_;
    SteadyTime now_;
    async::TimerWheel timers_;
    async::JobQueue deferred_;

    /// The part of the batch that has not been delivered.
    epoll_event* batch_ = nullptr;
    epoll_event* batch_end_ = nullptr;
    IoHandle* current_ = nullptr;
    IoHandle* first_to_notify_ = nullptr;
    IoHandle* last_to_notify_ = nullptr;
    DescriptorWaiter* first_waiter_ = nullptr;

    ThreadPool* pool_;
    std::unique_ptr<LoopBuffers> buffers_;

    /// Guards posted_ and woken_. Whoever finds woken_ false sets it and writes to the eventfd; the
    /// loop clears it when it takes the queue, so that a job pushed before is always seen.
    std::mutex posted_mutex_;
    async::JobQueue posted_;
    bool woken_ = false;

    /// Written by run() only; other threads compare it with their own id and can never match by
    /// accident.
    std::atomic<std::thread::id> owner_;
    /// Set by stop(), cleared when run() returns. The wake-up after it orders it.
    std::atomic<bool> stopping_{false};
};

}  // namespace pottle::net
