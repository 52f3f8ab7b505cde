// SPDX-License-Identifier: MIT
/// \file
/// LoopThreads: n loops on n threads, the first of which may be the caller's.
#pragma once

#include <pottle/net/loop.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace pottle::net {

class ThreadPool;

struct LoopThreadsOptions {
    /// Whether run() uses the calling thread for the first loop.
    enum class First : std::uint8_t { Caller, OwnThread };
    /// Whether loop n is bound to the n-th of the cores that the process may use.
    enum class Pinning : std::uint8_t { None, Cores };

    std::size_t count = 0;  ///< 0: one per core
    First first = First::Caller;
    Pinning pinning = Pinning::None;
};

/// The loops of a process. A resource; the loops live as long as it does.
///
/// All loops exist before any runs: set them up from the thread that made this object, then run.
class LoopThreads {
public:
    /// Errors: throws std::system_error when the process is out of descriptors.
    explicit LoopThreads(LoopThreadsOptions options = {}, ThreadPool* pool = nullptr);
    /// stop() and join()
    ~LoopThreads();
    LoopThreads(const LoopThreads&) = delete;
    LoopThreads& operator=(const LoopThreads&) = delete;

    std::size_t size() const noexcept { return loops_.size(); }
    Loop& operator[](std::size_t index) noexcept { return *loops_[index]; }

    /// Starts every thread of its own. Errors: throws std::system_error when the system refuses;
    /// those that were started are stopped and joined.
    void start();
    /// start(), runs the first loop on this thread if that is the option, and join().
    void run();
    /// Asks every loop to end. Thread: any.
    void stop() noexcept;
    /// Waits for the threads to end.
    void join() noexcept;

private:
    void run_loop(std::size_t index);

    const LoopThreadsOptions options_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<std::thread> threads_;
};

}  // namespace pottle::net
