// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/net/thread_pool.hpp>

#include <algorithm>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace pottle::net::test {
namespace {

struct CountingJob final : async::BlockingJob {
    void work() noexcept override {
        if (hold) hold->wait();
        worked_on = std::this_thread::get_id();
    }
    void done() noexcept override { done_on = std::this_thread::get_id(); }
    std::latch* hold = nullptr;
    std::thread::id worked_on;
    std::thread::id done_on;
    bool finished() const { return done_on != std::thread::id(); }
};

}  // namespace

TEST_CASE("ThreadPool: works on its threads and reports on the loop's") {
    ThreadPool pool({.threads = 2});
    Loop loop(&pool);
    std::vector<std::unique_ptr<CountingJob>> jobs;
    for (int i = 0; i < 100; ++i) {
        jobs.push_back(std::make_unique<CountingJob>());
        REQUIRE(loop.run_blocking(*jobs.back()));
    }
    REQUIRE(run_until(loop, [&] {
        return std::ranges::all_of(jobs, [](const auto& job) { return job->finished(); });
    }));
    for (const auto& job : jobs) {
        CHECK(job->worked_on != std::this_thread::get_id());
        CHECK(job->done_on == std::this_thread::get_id());
    }
    CHECK(pool.thread_count() <= 2);
}

TEST_CASE("ThreadPool: starts threads only for work, and no more than its limit") {
    std::latch gate(1);
    Loop loop;
    ThreadPool pool({.threads = 3});
    CHECK(pool.thread_count() == 0);
    std::vector<std::unique_ptr<CountingJob>> jobs;
    for (int i = 0; i < 5; ++i) {
        jobs.push_back(std::make_unique<CountingJob>());
        jobs.back()->hold = &gate;
        REQUIRE(pool.submit(*jobs.back(), loop));
        if (i == 0) CHECK(pool.thread_count() == 1);
    }
    CHECK(pool.thread_count() == 3);
    gate.count_down();
    REQUIRE(run_until(loop, [&] {
        return std::ranges::all_of(jobs, [](const auto& job) { return job->finished(); });
    }));
}

TEST_CASE("ThreadPool: refuses a job when its queue is full and leaves it untouched") {
    std::latch gate(1);
    Loop loop;
    ThreadPool pool({.threads = 1, .queued_jobs = 2});
    CountingJob jobs[8];
    std::size_t accepted = 0;
    for (auto& job : jobs) {
        job.hold = &gate;
        if (pool.submit(job, loop)) ++accepted;
    }
    // Two in the queue, and one more if the thread had already taken its first.
    CHECK(accepted >= 2);
    CHECK(accepted <= 3);
    gate.count_down();
    pool.close();
    run_idle(loop);
    CHECK(std::ranges::count_if(jobs, [](const auto& job) { return job.finished(); }) ==
          static_cast<long>(accepted));
}

TEST_CASE("ThreadPool: close finishes what was accepted and refuses the rest") {
    Loop loop;
    ThreadPool pool({.threads = 2});
    CountingJob jobs[20];
    for (auto& job : jobs) REQUIRE(pool.submit(job, loop));
    pool.close();
    CountingJob late;
    CHECK_FALSE(pool.submit(late, loop));
    run_idle(loop);
    for (const auto& job : jobs) CHECK(job.finished());
}

TEST_CASE("Loop: without a pool run_blocking refuses") {
    Loop loop;
    CountingJob job;
    CHECK_FALSE(loop.run_blocking(job));
}

}  // namespace pottle::net::test
