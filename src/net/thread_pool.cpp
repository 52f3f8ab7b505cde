// SPDX-License-Identifier: MIT
#include <pottle/net/thread_pool.hpp>

#include <algorithm>
#include <system_error>

namespace pottle::net {

namespace {

std::size_t default_threads() {
    return std::max<std::size_t>(4, std::size_t{2} * std::thread::hardware_concurrency());
}

}  // namespace

ThreadPool::ThreadPool(ThreadPoolOptions options)
    : max_threads_(options.threads ? options.threads : default_threads()),
      ring_(std::max<std::size_t>(options.queued_jobs, 1)) {
    threads_.reserve(max_threads_);
}

ThreadPool::~ThreadPool() {
    close();
}

bool ThreadPool::submit(async::BlockingJob& job, async::Executor& home) noexcept {
    {
        const std::scoped_lock lock(mutex_);
        if (closed_ || waiting_ == ring_.size() || !ensure_thread()) return false;
        ring_[(first_ + waiting_) % ring_.size()] = {&job, &home};
        ++waiting_;
    }
    work_or_close_.notify_one();
    return true;
}

/// Starts a thread when every idle one has a job coming to it already.
bool ThreadPool::ensure_thread() noexcept {
    if (waiting_ < idle_threads_ || threads_.size() == max_threads_) return true;
    try {
        threads_.emplace_back(&ThreadPool::work, this);
    } catch (const std::system_error&) {
        return !threads_.empty();  // the ones there are will come to it
    }
    return true;
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_threads_;
        work_or_close_.wait(lock, [this] { return waiting_ > 0 || closed_; });
        --idle_threads_;
        if (waiting_ == 0) return;
        const Entry entry = ring_[first_];
        first_ = (first_ + 1) % ring_.size();
        --waiting_;
        lock.unlock();
        entry.job->work();
        entry.home->post(*entry.job);
        lock.lock();
    }
}

void ThreadPool::close() noexcept {
    std::vector<std::thread> threads;
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
        threads.swap(threads_);
    }
    work_or_close_.notify_all();
    for (std::thread& thread : threads) thread.join();
}

std::size_t ThreadPool::thread_count() const {
    const std::scoped_lock lock(mutex_);
    return threads_.size();
}

}  // namespace pottle::net
