// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/net/loop.hpp>
#include <pottle/net/loop_threads.hpp>

#include <atomic>
#include <functional>
#include <thread>

#include <sys/epoll.h>

namespace pottle::net::test {
namespace {

struct FunctionJob final : async::Job {
    explicit FunctionJob(std::function<void()> f) : function(std::move(f)) {}
    void run() noexcept override { function(); }
    std::function<void()> function;
};

struct FunctionTimer final : async::Timer {
    explicit FunctionTimer(std::function<void()> f) : function(std::move(f)) {}
    void on_timer() noexcept override { function(); }
    std::function<void()> function;
};

/// One end of a socket pair that calls a function on every event.
struct Probe final : IoHandle {
    Probe(Loop& on, int descriptor) : IoHandle(descriptor), loop(on) { REQUIRE(loop.watch(*this)); }
    ~Probe() { loop.close(*this); }
    void on_events(std::uint32_t events) noexcept override {
        ++calls;
        last_events = events;
        if (action) action();
    }
    Loop& loop;
    int calls = 0;
    std::uint32_t last_events = 0;
    std::function<void()> action;
};

}  // namespace

TEST_CASE("Loop: runs deferred jobs in order, also those deferred meanwhile") {
    Loop loop;
    std::string order;
    FunctionJob third{[&] { order += '3'; }};
    FunctionJob first{[&] {
        order += '1';
        loop.defer(third);
    }};
    FunctionJob second{[&] { order += '2'; }};
    loop.defer(first);
    loop.defer(second);
    loop.run_once(Milliseconds(0));
    CHECK(order == "123");
}

TEST_CASE("Loop: fires a timer at or after its deadline and never before") {
    Loop loop;
    const SteadyTime deadline = loop.now() + Milliseconds(30);
    bool fired = false;
    FunctionTimer timer{[&] {
        fired = true;
        CHECK(loop.now() >= deadline);
    }};
    loop.start_timer(timer, deadline);
    CHECK(run_until(loop, [&] { return fired; }));
    CHECK_FALSE(timer.active());
}

TEST_CASE("Loop: a stopped timer does not fire") {
    Loop loop;
    bool stopped_fired = false;
    bool later_fired = false;
    FunctionTimer stopped{[&] { stopped_fired = true; }};
    FunctionTimer later{[&] { later_fired = true; }};
    loop.start_timer(stopped, loop.now() + Milliseconds(5));
    loop.start_timer(later, loop.now() + Milliseconds(10));
    loop.stop_timer(stopped);
    CHECK(run_until(loop, [&] { return later_fired; }));
    CHECK_FALSE(stopped_fired);
}

TEST_CASE("Loop: runs every job posted by several threads, on its own thread") {
    Loop loop;
    constexpr int kThreads = 4;
    constexpr int kJobs = 500;
    int ran = 0;  // touched on the loop's thread only
    std::vector<std::unique_ptr<FunctionJob>> jobs;
    for (int i = 0; i < kThreads * kJobs; ++i)
        jobs.push_back(std::make_unique<FunctionJob>([&] {
            CHECK(loop.on_own_thread());
            ++ran;
        }));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            CHECK_FALSE(loop.on_own_thread());
            for (int i = 0; i < kJobs; ++i)
                loop.post(*jobs[static_cast<std::size_t>(t * kJobs + i)]);
        });
    CHECK(run_until(loop, [&] { return ran == kThreads * kJobs; }));
    for (auto& thread : threads) thread.join();
}

TEST_CASE("Loop: stop from another thread ends run") {
    Loop loop;
    std::thread stopper([&] { loop.stop(); });
    loop.run();
    stopper.join();
}

TEST_CASE("Loop: delivers no event to a handle destroyed in the same batch (invariant 2)") {
    Loop loop;
    int pairs[2][2];
    for (auto& pair : pairs)
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    auto one = std::make_unique<Probe>(loop, pairs[0][0]);
    auto two = std::make_unique<Probe>(loop, pairs[1][0]);
    run_idle(loop);
    // Whichever comes first destroys the other, and itself.
    int calls = 0;
    const auto destroy_both = [&] {
        ++calls;
        auto first = std::move(one);
        auto second = std::move(two);
    };
    one->action = two->action = destroy_both;
    for (auto& pair : pairs) REQUIRE(::write(pair[1], "x", 1) == 1);
    run_idle(loop);
    CHECK(calls == 1);
    for (auto& pair : pairs) ::close(pair[1]);
}

TEST_CASE("Loop: forgets a queued notification when its handle dies") {
    Loop loop;
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    auto first = std::make_unique<Probe>(loop, pair[0]);
    auto second = std::make_unique<Probe>(loop, pair[1]);
    run_idle(loop);
    const int before = first->calls;
    loop.notify_later(*first);
    loop.notify_later(*second);
    second.reset();
    loop.run_once(Milliseconds(0));
    CHECK(first->calls >= before + 1);
    loop.notify_later(*first);
    first.reset();
    run_idle(loop);
}

TEST_CASE("LoopThreads: runs a job on each loop's own thread and joins") {
    std::atomic<int> ran = 0;
    LoopThreads threads({.count = 3, .first = LoopThreadsOptions::First::OwnThread});
    std::vector<std::unique_ptr<FunctionJob>> jobs;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        jobs.push_back(std::make_unique<FunctionJob>([&, i] {
            CHECK(threads[i].on_own_thread());
            if (++ran == 3) threads.stop();
        }));
        threads[i].post(*jobs.back());
    }
    threads.run();
    CHECK(ran == 3);
}

TEST_CASE("LoopThreads: runs its first loop on the calling thread by default") {
    LoopThreads threads({.count = 2});
    const auto caller = std::this_thread::get_id();
    FunctionJob job{[&] {
        CHECK(std::this_thread::get_id() == caller);
        threads.stop();
    }};
    threads[0].post(job);
    threads.run();
}

}  // namespace pottle::net::test
