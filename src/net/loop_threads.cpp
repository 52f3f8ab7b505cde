// SPDX-License-Identifier: MIT
#include <pottle/net/loop_threads.hpp>

#include <algorithm>
#include <system_error>

#include <pthread.h>
#include <sched.h>

namespace pottle::net {

namespace {

/// Best effort: a container may have fewer cores than the machine shows.
void pin_to_core(std::size_t index) {
    cpu_set_t allowed;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    const auto count = static_cast<std::size_t>(CPU_COUNT(&allowed));
    std::size_t wanted = index % std::max<std::size_t>(count, 1);
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
        if (!CPU_ISSET(core, &allowed) || wanted-- > 0) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(core, &one);
        ::pthread_setaffinity_np(::pthread_self(), sizeof one, &one);
        return;
    }
}

}  // namespace

LoopThreads::LoopThreads(LoopThreadsOptions options, ThreadPool* pool) : options_(options) {
    const std::size_t count =
        options.count ? options.count : std::max(1U, std::thread::hardware_concurrency());
    loops_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>(pool));
}

LoopThreads::~LoopThreads() {
    stop();
    join();
}

void LoopThreads::start() {
    const std::size_t first = options_.first == LoopThreadsOptions::First::Caller ? 1 : 0;
    threads_.reserve(loops_.size());
    try {
        for (std::size_t i = first; i < loops_.size(); ++i)
            threads_.emplace_back(&LoopThreads::run_loop, this, i);
    } catch (const std::system_error&) {
        stop();
        join();
        throw;
    }
}

void LoopThreads::run() {
    start();
    if (options_.first == LoopThreadsOptions::First::Caller) run_loop(0);
    join();
}

void LoopThreads::run_loop(std::size_t index) {
    // The caller's own thread keeps its affinity once the loop has ended only if it is not pinned.
    if (options_.pinning == LoopThreadsOptions::Pinning::Cores) pin_to_core(index);
    loops_[index]->run();
}

void LoopThreads::stop() noexcept {
    for (auto& loop : loops_) loop->stop();
}

void LoopThreads::join() noexcept {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace pottle::net
