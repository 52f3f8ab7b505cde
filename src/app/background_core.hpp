// SPDX-License-Identifier: MIT
/// \file
/// BackgroundCore: the background tasks of an application on all of its loops, and the event of
/// its shutdown.
///
/// Invariants:
/// 1. A task belongs to the loop that started it and ends there.
/// 2. `running_` counts tasks from start() to their end; while drain() waits, the task that brings
///    it to zero wakes the drain's loop, once.
#pragma once

#include "task_context.hpp"

#include <pottle/app/signals.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/start.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/server_stats.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace pottle::app {

class BackgroundCore {
public:
    /// What it refers to must outlive it.
    BackgroundCore(const Signals& signals, ServerStats& stats, AppContext& context) noexcept;
    ~BackgroundCore();

    void start(Task<> task, bool is_critical);
    std::size_t running() const noexcept { return running_.load(std::memory_order_relaxed); }

    // ---- life, called by the gateway
    /// Makes a loop known; from then on tasks run on it. Thread: the loop's.
    void add_loop(async::Executor& executor);
    /// Starts what was added before there was a loop. Thread: a loop that is known.
    void start_waiting();
    /// LC-3: waits for every task, cancels them after `timeout`, waits for the rest.
    Task<> drain(Milliseconds timeout);
    void set_stopper(gateway::Stopper* stopper) noexcept { stopper_ = stopper; }
    /// Thread: any.
    void shut_down() noexcept;

    // ---- the shutdown event
    bool is_shutdown() const noexcept { return shutdown_.load(std::memory_order_acquire); }
    void set_shutdown() noexcept;
    async::Event& shutdown_event();

private:
    /// One loop's share. What is not const is touched on its thread only.
    class Loop;
    class Running;
    class Wake;

    Loop& own_loop();
    void finish(Running& task, std::exception_ptr error) noexcept;

    const Signals& signals_;
    ServerStats& stats_;
    AppContext& context_;
    std::atomic<std::size_t> running_{0};
    std::atomic<bool> shutdown_{false};
    std::atomic<Wake*> drain_{nullptr};  // who waits for running_ to become zero
    std::atomic<gateway::Stopper*> stopper_{nullptr};

    std::mutex mutex_;  // guards loops_ while loops start; a Loop never moves
    std::vector<std::unique_ptr<Loop>> loops_;
    struct Waiting {
        Task<> task;
        bool is_critical;
    };
    std::vector<Waiting> waiting_;  // of the time before the first loop
};

}  // namespace pottle::app
