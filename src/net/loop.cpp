// SPDX-License-Identifier: MIT
#include <pottle/net/loop.hpp>
#include <pottle/net/thread_pool.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace pottle::net {

namespace {

int require_descriptor(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return descriptor;
}

}  // namespace

const std::uint32_t Loop::kStreamEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

Loop::Loop(ThreadPool* pool)
    : epoll_(require_descriptor(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      now_(std::chrono::steady_clock::now()),
      timers_(now_),
      pool_(pool),
      owner_(std::this_thread::get_id()) {
    // Edge-triggered, so that the counter need not be read: every write is a new edge.
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = &wake_descriptor_}};
    if (wake_descriptor_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_descriptor_, &event) != 0) {
        const int error = errno;
        if (wake_descriptor_ >= 0) ::close(wake_descriptor_);
        ::close(epoll_);
        throw std::system_error(error, std::generic_category(), "eventfd");
    }
}

Loop::~Loop() {
    ::close(wake_descriptor_);
    ::close(epoll_);
}

void Loop::run() {
    owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    now_ = std::chrono::steady_clock::now();  // the setting up may have taken a while
    while (!stopping_.load(std::memory_order_acquire)) run_once(Milliseconds::max());
    stopping_.store(false, std::memory_order_relaxed);
}

void Loop::run_once(Milliseconds longest) {
    epoll_event events[kEventsPerTurn];
    const int count = ::epoll_wait(epoll_, events, kEventsPerTurn, wait_milliseconds(longest));
    now_ = std::chrono::steady_clock::now();
    if (count > 0) deliver(events, count);
    notify_queued();
    timers_.advance(now_);
    run_jobs();
    notify_queued();
}

/// The time to wait counts from the start of this turn, so a timer is late by at most what the turn
/// took: cheaper than a second reading of the clock.
int Loop::wait_milliseconds(Milliseconds longest) noexcept {
    if (!deferred_.empty() || first_to_notify_ || stopping_.load(std::memory_order_relaxed))
        return 0;
    Milliseconds wait = longest;
    if (const auto deadline = timers_.next_deadline())
        wait = std::min(wait, std::chrono::ceil<Milliseconds>(*deadline - now_));
    if (wait == Milliseconds::max()) return -1;
    return static_cast<int>(std::clamp<Milliseconds::rep>(wait.count(), 0, 60'000));
}

void Loop::deliver(epoll_event* events, int count) noexcept {
    batch_ = events;
    batch_end_ = events + count;
    while (batch_ != batch_end_) {
        const epoll_event event = *batch_++;
        if (event.data.ptr == &wake_descriptor_)
            take_posted();
        else if (event.data.ptr)
            call(*static_cast<IoHandle*>(event.data.ptr), event.events);
    }
    batch_ = batch_end_ = nullptr;
}

void Loop::call(IoHandle& handle, std::uint32_t events) noexcept {
    current_ = &handle;
    handle.on_events(events);
    current_ = nullptr;
}

void Loop::notify_later(IoHandle& handle) noexcept {
    if (handle.notify_queued_) return;
    handle.notify_queued_ = true;
    handle.next_to_notify_ = nullptr;
    (last_to_notify_ ? last_to_notify_->next_to_notify_ : first_to_notify_) = &handle;
    last_to_notify_ = &handle;
}

void Loop::notify_queued() noexcept {
    for (int left = kJobsPerTurn; first_to_notify_ && left > 0; --left) {
        IoHandle& handle = *first_to_notify_;
        first_to_notify_ = handle.next_to_notify_;
        if (!first_to_notify_) last_to_notify_ = nullptr;
        handle.notify_queued_ = false;
        call(handle, 0);
    }
}

void Loop::run_jobs() noexcept {
    for (int left = kJobsPerTurn; left > 0; --left) {
        async::Job* job = deferred_.pop();
        if (!job) return;
        job->run();
    }
}

void Loop::post(async::Job& job) noexcept {
    bool wake_needed = false;
    {
        const std::scoped_lock lock(posted_mutex_);
        posted_.push(job);
        wake_needed = !std::exchange(woken_, true);
    }
    if (wake_needed) wake();
}

void Loop::take_posted() noexcept {
    const std::scoped_lock lock(posted_mutex_);
    woken_ = false;
    deferred_.append(posted_);
}

void Loop::stop() noexcept {
    stopping_.store(true, std::memory_order_release);
    wake();
}

void Loop::wake() noexcept {
    const std::uint64_t one = 1;
    // Cannot fail: the counter would have to reach 2^64 - 2.
    [[maybe_unused]] const auto written = ::write(wake_descriptor_, &one, sizeof one);
}

bool Loop::run_blocking(async::BlockingJob& job) noexcept {
    return pool_ && pool_->submit(job, *this);
}

bool Loop::on_own_thread() const noexcept {
    return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

Result<> Loop::watch(IoHandle& handle, std::uint32_t events) noexcept {
    epoll_event event{.events = events, .data = {.ptr = &handle}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, handle.descriptor_, &event) == 0) return {};
    return fail(Error::system(errno, "epoll refused a descriptor"));
}

void Loop::unwatch(IoHandle& handle) noexcept {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, handle.descriptor_, nullptr);
    forget(handle);
}

void Loop::close(IoHandle& handle) noexcept {
    forget(handle);
    if (handle.descriptor_ < 0) return;
    // The kernel takes a closed descriptor out of epoll: nobody else holds a copy of it.
    ::close(std::exchange(handle.descriptor_, -1));
    while (DescriptorWaiter* waiter = first_waiter_) {
        first_waiter_ = waiter->next_;
        waiter->waiting_ = false;
        waiter->on_descriptor_free();
    }
}

void Loop::forget(IoHandle& handle) noexcept {
    if (current_ == &handle) current_ = nullptr;
    for (epoll_event* event = batch_; event != batch_end_; ++event)
        if (event->data.ptr == &handle) event->data.ptr = nullptr;
    if (!handle.notify_queued_) return;
    handle.notify_queued_ = false;
    IoHandle** link = &first_to_notify_;
    IoHandle* previous = nullptr;
    while (*link != &handle) {
        previous = *link;
        link = &previous->next_to_notify_;
    }
    *link = handle.next_to_notify_;
    if (last_to_notify_ == &handle) last_to_notify_ = previous;
}

void Loop::wait_for_descriptor(DescriptorWaiter& waiter) noexcept {
    if (std::exchange(waiter.waiting_, true)) return;
    waiter.next_ = first_waiter_;
    first_waiter_ = &waiter;
}

void Loop::stop_waiting_for_descriptor(DescriptorWaiter& waiter) noexcept {
    if (!std::exchange(waiter.waiting_, false)) return;
    DescriptorWaiter** link = &first_waiter_;
    while (*link != &waiter) link = &(*link)->next_;
    *link = waiter.next_;
}

LoopBuffers& Loop::buffers() {
    if (!buffers_) buffers_ = std::make_unique_for_overwrite<LoopBuffers>();
    return *buffers_;
}

}  // namespace pottle::net
