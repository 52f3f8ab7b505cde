// SPDX-License-Identifier: MIT
#include <pottle/async/virtual_executor.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

struct Note final : Job {
    std::vector<int>* log;
    int number;
    Note(std::vector<int>& notes, int what) : log(&notes), number(what) {}
    void run() noexcept override { log->push_back(number); }
};

struct NoteTimer final : Timer {
    VirtualExecutor* executor;
    std::vector<SteadyTime>* log;
    NoteTimer(VirtualExecutor& loop, std::vector<SteadyTime>& notes)
        : executor(&loop), log(&notes) {}
    void on_timer() noexcept override { log->push_back(executor->now()); }
};

/// Parks for ever, deaf to cancellation.
struct Park {
    std::coroutine_handle<>* slot;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const noexcept { *slot = self; }
    void await_resume() const noexcept {}
};

struct Resume final : Job {
    std::coroutine_handle<> handle;
    void run() noexcept override { handle.resume(); }
};

Task<int> park(std::coroutine_handle<>* slot) {
    co_await Park{slot};
    co_return 7;
}

}  // namespace

TEST_CASE("VirtualExecutor: Unix time goes on with virtual time from where it was set") {
    async::VirtualExecutor executor;
    executor.set_unix_now(1'700'000'000);
    CHECK(executor.unix_now() == 1'700'000'000);
    executor.advance(90s);
    CHECK(executor.unix_now() == 1'700'000'090);
}

TEST_CASE("VirtualExecutor: runs deferred jobs in order, and those deferred meanwhile after them") {
    VirtualExecutor executor;
    std::vector<int> log;
    struct Chain final : Job {
        VirtualExecutor* executor;
        Note* next;
        void run() noexcept override { executor->defer(*next); }
    } chain;
    Note last(log, 3);
    chain.executor = &executor;
    chain.next = &last;
    Note first(log, 1);
    Note second(log, 2);
    executor.defer(first);
    executor.defer(chain);
    executor.defer(second);
    CHECK(executor.run_until_idle() == 4);
    CHECK(log == std::vector{1, 2, 3});
}

TEST_CASE("VirtualExecutor: advance shows every timer its own time") {
    VirtualExecutor executor;
    std::vector<SteadyTime> log;
    NoteTimer first(executor, log);
    NoteTimer second(executor, log);
    NoteTimer late(executor, log);
    const auto start = executor.now();
    executor.start_timer(second, start + Seconds(90));
    executor.start_timer(first, start + Milliseconds(5));
    executor.start_timer(late, start + Seconds(91));
    executor.advance(Seconds(90));
    CHECK(log == std::vector{start + Milliseconds(5), start + Seconds(90)});
    CHECK(executor.now() == start + Seconds(90));
    executor.stop_timer(late);
    CHECK_FALSE(executor.advance_to_next_timer());
    CHECK(executor.now() == start + Seconds(90));
}

TEST_CASE("VirtualExecutor: run_blocking works at once and tells later") {
    VirtualExecutor executor;
    struct Work final : BlockingJob {
        int worked = 0;
        int told = 0;
        void work() noexcept override { ++worked; }
        void done() noexcept override { ++told; }
    } job;
    CHECK(executor.run_blocking(job));
    CHECK(job.worked == 1);
    CHECK(job.told == 0);
    executor.run_until_idle();
    CHECK(job.told == 1);
    executor.refuse_blocking(true);
    CHECK_FALSE(executor.run_blocking(job));
}

TEST_CASE("VirtualExecutor: run returns the task's result and rethrows its exception") {
    VirtualExecutor executor;
    CHECK(executor.run([]() -> Task<std::string> { co_return "done"; }()) == "done");
    const auto thrower = []() -> Task<> {
        throw std::runtime_error("thrown");
        co_return;
    };
    CHECK_THROWS_WITH_AS(executor.run(thrower()), "thrown", std::runtime_error);
}

TEST_CASE("VirtualExecutor: run gives up on a task that waits for nothing") {
    VirtualExecutor executor;
    std::coroutine_handle<> parked;
    auto task = park(&parked);
    const auto frame = task.handle();
    CHECK_THROWS_AS(executor.run(std::move(task)), LogicError);
    frame.destroy();  // run() had to leave it
}

TEST_CASE("VirtualExecutor: run waits for a job that another thread posts") {
    VirtualExecutor executor;
    Resume resume;
    std::thread poster;
    struct PostSelf {
        VirtualExecutor& loop;
        Resume& job;
        std::thread& poster;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> self) const {
            job.handle = self;
            poster = std::thread([&loop = loop, &job = job] { loop.post(job); });
        }
        void await_resume() const noexcept {}
    };
    const auto crosses = [](VirtualExecutor& loop, Resume& job, std::thread& thread) -> Task<bool> {
        co_await PostSelf{loop, job, thread};
        co_return loop.on_own_thread();
    };
    CHECK(executor.run(crosses(executor, resume, poster), WhenIdle::WaitForPosts));
    poster.join();
}
