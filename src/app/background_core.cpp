// SPDX-License-Identifier: MIT
#include "background_core.hpp"

#include "error_log.hpp"

#include <pottle/app/background_tasks.hpp>
#include <pottle/app/shutdown_event.hpp>
#include <pottle/async/timeout.hpp>

namespace pottle {

namespace app {

class BackgroundCore::Loop final {
public:
    explicit Loop(async::Executor& own) : executor(own), scope(own) {}

    async::Executor& executor;
    async::CancelScope scope;
    async::Event shutdown;

    void post_set() noexcept { executor.post(set_); }
    void post_cancel() noexcept { executor.post(cancel_); }

private:
    struct Set final : async::Job {
        explicit Set(Loop& owner) noexcept : loop(owner) {}
        void run() noexcept override { loop.shutdown.set(); }
        Loop& loop;
    };
    struct Cancel final : async::Job {
        explicit Cancel(Loop& owner) noexcept : loop(owner) {}
        void run() noexcept override { loop.scope.cancel(CancelReason::Shutdown); }
        Loop& loop;
    };
    Set set_{*this};
    Cancel cancel_{*this};
};

/// A task on its way. Deletes itself when the task ends.
class BackgroundCore::Running final : public async::Completion {
public:
    Running(BackgroundCore& core, Loop& loop, bool is_critical)
        : critical(is_critical), scope(loop.scope), core_(core) {
        scope.set_context(&core.context_);
    }
    void on_done(std::exception_ptr error) noexcept override {
        core_.finish(*this, std::move(error));
    }

    const bool critical;
    async::CancelScope scope;

private:
    BackgroundCore& core_;
};

/// Wakes drain() from any thread, once.
class BackgroundCore::Wake final : public async::Job {
public:
    explicit Wake(async::Executor& executor) noexcept : executor_(executor) {}
    void post() noexcept { executor_.post(*this); }
    void run() noexcept override { event.set(); }
    async::Event event;

private:
    async::Executor& executor_;
};

BackgroundCore::BackgroundCore(const Signals& signals, ServerStats& stats,
                               AppContext& context) noexcept
    : signals_(signals), stats_(stats), context_(context) {}

BackgroundCore::~BackgroundCore() = default;

void BackgroundCore::add_loop(async::Executor& executor) {
    const std::scoped_lock lock(mutex_);
    for (const auto& loop : loops_)
        if (&loop->executor == &executor) return;
    loops_.push_back(std::make_unique<Loop>(executor));
}

BackgroundCore::Loop& BackgroundCore::own_loop() {
    const std::scoped_lock lock(mutex_);
    for (const auto& loop : loops_)
        if (loop->executor.on_own_thread()) return *loop;
    throw LogicError(
        "background tasks and the shutdown event belong to the application's loops: this thread "
        "runs none of them");
}

void BackgroundCore::start(Task<> task, bool is_critical) {
    {
        const std::scoped_lock lock(mutex_);
        if (loops_.empty()) {
            waiting_.push_back({std::move(task), is_critical});
            return;
        }
    }
    auto running = std::make_unique<Running>(*this, own_loop(), is_critical);
    running_.fetch_add(1, std::memory_order_relaxed);
    stats_.add_background_task();
    Running& started = *running.release();  // on_done() deletes it
    async::start(std::move(task), started.scope, started);
}

void BackgroundCore::start_waiting() {
    for (Waiting& waiting : std::exchange(waiting_, {}))
        start(std::move(waiting.task), waiting.is_critical);
}

void BackgroundCore::finish(Running& task, std::exception_ptr error) noexcept {
    const bool critical = task.critical;
    delete &task;
    if (error && !is_cancelled(error)) {
        log_error("Exception in a background task", error);
        signals_.got_background_exception.send(error);
        gateway::Stopper* const stopper = stopper_.load(std::memory_order_acquire);
        if (critical && stopper) stopper->stop("a critical background task failed");
    }
    stats_.remove_background_task();
    // Sequentially consistent with drain(): either it sees zero or this sees it.
    if (running_.fetch_sub(1) != 1) return;
    if (Wake* const wake = drain_.exchange(nullptr)) wake->post();
}

Task<> BackgroundCore::drain(Milliseconds timeout_of_tasks) {
    const auto wait_for_zero = [](BackgroundCore* self, Wake* wake) -> Task<> {
        for (;;) {
            wake->event.clear();
            self->drain_.store(wake);
            if (self->running_.load() == 0) {
                // A task that ended meanwhile has taken the Wake and posted it: wait for that job.
                if (self->drain_.exchange(nullptr) == wake) co_return;
            }
            co_await wake->event.wait();
            if (self->running_.load() == 0) co_return;
        }
    };
    Wake wake((co_await async::current_scope()).executor());
    try {
        co_await timeout(timeout_of_tasks, wait_for_zero(this, &wake));
        co_return;
    } catch (const TimedOut&) {
        // Goes on below: a handler of exceptions cannot wait.
    }
    // The last task may have posted the Wake when the time ran out.
    if (drain_.exchange(nullptr) == nullptr) co_await wake.event.wait();
    for (const auto& loop : loops_) loop->post_cancel();
    co_await wait_for_zero(this, &wake);
}

void BackgroundCore::set_shutdown() noexcept {
    if (shutdown_.exchange(true, std::memory_order_acq_rel)) return;
    const std::scoped_lock lock(mutex_);
    for (const auto& loop : loops_) loop->post_set();
}

void BackgroundCore::shut_down() noexcept {
    if (gateway::Stopper* const stopper = stopper_.load(std::memory_order_acquire))
        stopper->shut_down();
}

async::Event& BackgroundCore::shutdown_event() {
    return own_loop().shutdown;
}

}  // namespace app

void BackgroundTasks::start(Task<> task, Failure failure) {
    core_.start(std::move(task), failure == Failure::StopsServer);
}
std::size_t BackgroundTasks::running() const noexcept {
    return core_.running();
}

bool ShutdownEvent::is_set() const noexcept {
    return core_.is_shutdown();
}
void ShutdownEvent::set() noexcept {
    core_.set_shutdown();
}
Task<> ShutdownEvent::wait() {
    if (!core_.is_shutdown()) co_await core_.shutdown_event().wait();
}

}  // namespace pottle
