// SPDX-License-Identifier: MIT
#include <pottle/async/virtual_executor.hpp>

#include <chrono>

namespace pottle::async {

namespace {
/// Not zero, so that a forgotten deadline (the zero of SteadyTime) lies in the past.
constexpr SteadyTime kStart{Seconds(1000)};
}  // namespace

VirtualExecutor::VirtualExecutor()
    : now_(kStart),
      unix_since_(kStart),
      unix_then_(Executor::unix_now()),
      timers_(kStart),
      thread_(std::this_thread::get_id()) {}

VirtualExecutor::~VirtualExecutor() {
    run_until_idle();
}

std::int64_t VirtualExecutor::unix_now() const noexcept {
    return unix_then_ + std::chrono::duration_cast<Seconds>(now_ - unix_since_).count();
}

void VirtualExecutor::set_unix_now(std::int64_t seconds) noexcept {
    unix_then_ = seconds;
    unix_since_ = now_;
}

void VirtualExecutor::post(Job& job) noexcept {
    // Notified under the lock: once it is released, the executor may run the job and be destroyed.
    const std::lock_guard lock(mutex_);
    posted_.push(job);
    posted_some_.notify_one();
}

void VirtualExecutor::start_timer(Timer& timer, SteadyTime deadline) noexcept {
    timers_.start(timer, deadline);
}

void VirtualExecutor::stop_timer(Timer& timer) noexcept {
    timers_.stop(timer);
}

bool VirtualExecutor::run_blocking(BlockingJob& job) noexcept {
    if (refuse_blocking_) return false;
    job.work();
    defer(job);
    return true;
}

bool VirtualExecutor::on_own_thread() const noexcept {
    return std::this_thread::get_id() == thread_;
}

std::size_t VirtualExecutor::run_until_idle() {
    std::size_t count = 0;
    for (std::size_t before = SIZE_MAX; before != count;) {
        before = count;
        count += timers_.advance(now_);
        take_posted();
        while (Job* job = ready_.pop()) {
            job->run();
            ++count;
        }
    }
    return count;
}

void VirtualExecutor::advance(SteadyTime::duration duration) {
    const SteadyTime target = now_ + duration;
    run_until_idle();
    for (auto next = timers_.next_deadline(); next && *next <= target;
         next = timers_.next_deadline()) {
        now_ = *next;
        run_until_idle();
    }
    now_ = target;
    run_until_idle();
}

bool VirtualExecutor::advance_to_next_timer() {
    run_until_idle();
    while (const auto next = timers_.next_deadline()) {
        now_ = *next;
        if (run_until_idle()) return true;
    }
    return false;
}

bool VirtualExecutor::drive(std::coroutine_handle<> handle, PromiseBase& promise,
                            CancelScope& scope, WhenIdle when_idle) {
    promise.start(handle, &scope, nullptr, {});
    bool stuck = false;
    while (!handle.done()) {
        if (run_until_idle() || progress(when_idle)) continue;
        if (std::exchange(stuck, true)) return false;  // not even cancelling it helped
        scope.cancel();
    }
    if (stuck) throw_stuck();
    return true;
}

/// Returns: false when nothing more can happen.
bool VirtualExecutor::progress(WhenIdle when_idle) {
    switch (when_idle) {
        case WhenIdle::AdvanceTime:
            return advance_to_next_timer();
        case WhenIdle::WaitForPosts:
            return wait_for_posts();
        case WhenIdle::Stop:
            return false;
    }
    return false;
}

bool VirtualExecutor::wait_for_posts() {
    std::unique_lock lock(mutex_);
    posted_some_.wait(lock, [this] { return !posted_.empty(); });
    return true;
}

void VirtualExecutor::take_posted() {
    const std::lock_guard lock(mutex_);
    ready_.append(posted_);
}

void VirtualExecutor::throw_stuck() {
    throw LogicError("the task waits for something that will not happen");
}

}  // namespace pottle::async
