// SPDX-License-Identifier: MIT
#include <pottle/async/timer_wheel.hpp>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

const SteadyTime kStart{Seconds(1000)};

struct TestTimer final : Timer {
    int fired = 0;
    std::vector<TestTimer*>* log = nullptr;
    TimerWheel* wheel = nullptr;
    TestTimer* stops = nullptr;
    SteadyTime restart_at{};
    void on_timer() noexcept override {
        ++fired;
        if (log) log->push_back(this);
        if (stops) wheel->stop(*stops);
        if (restart_at != SteadyTime{}) wheel->start(*this, restart_at);
    }
};

}  // namespace

TEST_CASE("TimerWheel: fires at the first tick that is not before the deadline (invariant 1)") {
    TimerWheel wheel(kStart);
    TestTimer timer;
    wheel.start(timer, kStart + Microseconds(1500));
    CHECK(wheel.advance(kStart + Microseconds(1999)) == 0);
    CHECK(timer.active());
    CHECK(wheel.advance(kStart + Microseconds(2000)) == 1);
    CHECK(timer.fired == 1);
    CHECK_FALSE(timer.active());
}

TEST_CASE("TimerWheel: a stopped timer does not fire and stopping twice does nothing") {
    TimerWheel wheel(kStart);
    TestTimer timer;
    wheel.start(timer, kStart + Milliseconds(70));
    wheel.stop(timer);
    wheel.stop(timer);
    CHECK_FALSE(wheel.next_deadline());
    CHECK(wheel.advance(kStart + Seconds(1)) == 0);
}

TEST_CASE("TimerWheel: timers of one tick fire in the order they were started (invariant 2)") {
    TimerWheel wheel(kStart);
    std::vector<TestTimer*> log;
    std::deque<TestTimer> timers(40);
    const auto deadline = kStart + Milliseconds(300'000);
    for (std::size_t i = 0; i < timers.size(); ++i) {
        timers[i].log = &log;
        wheel.start(timers[i], deadline);
        // The waits get shorter, so that the timers enter through every level.
        wheel.advance(deadline - Milliseconds(300'000 >> (i / 2)));
    }
    wheel.advance(deadline);
    REQUIRE(log.size() == timers.size());
    for (std::size_t i = 0; i < timers.size(); ++i) CHECK(log[i] == &timers[i]);
}

TEST_CASE("TimerWheel: on_timer may stop a timer of the same tick (invariant 3)") {
    TimerWheel wheel(kStart);
    TestTimer first;
    TestTimer second;
    first.wheel = &wheel;
    first.stops = &second;
    wheel.start(first, kStart + Milliseconds(5));
    wheel.start(second, kStart + Milliseconds(5));
    CHECK(wheel.advance(kStart + Milliseconds(5)) == 1);
    CHECK_FALSE(second.active());
    CHECK(second.fired == 0);
}

TEST_CASE("TimerWheel: a timer that restarts itself in the past fires once per advance (inv. 4)") {
    TimerWheel wheel(kStart);
    TestTimer timer;
    timer.wheel = &wheel;
    timer.restart_at = kStart;
    wheel.start(timer, kStart);
    REQUIRE(wheel.next_deadline());
    CHECK(*wheel.next_deadline() <= kStart);
    CHECK(wheel.advance(kStart) == 1);
    CHECK(wheel.advance(kStart) == 1);
    CHECK(wheel.advance(kStart + Milliseconds(3)) == 1);
    CHECK(*wheel.next_deadline() <= kStart + Milliseconds(3));
    wheel.stop(timer);
}

TEST_CASE("TimerWheel: a deadline beyond the span of the wheel fires in time") {
    TimerWheel wheel(kStart);
    TestTimer timer;
    TestTimer never;
    const auto deadline = kStart + Seconds(100'000);  // the wheel spans 16,777 s
    wheel.start(timer, deadline);
    wheel.start(never, SteadyTime::max());
    wheel.advance(deadline - Milliseconds(1));
    CHECK(timer.fired == 0);
    wheel.advance(deadline);
    CHECK(timer.fired == 1);
    CHECK(never.fired == 0);
    CHECK(never.active());
    wheel.stop(never);
}

TEST_CASE("TimerWheel: destroying the wheel leaves its timers inactive") {
    TestTimer timer;
    {
        TimerWheel wheel(kStart);
        wheel.start(timer, kStart + Milliseconds(90));
    }
    CHECK_FALSE(timer.active());
}

TEST_CASE("TimerWheel: advancing only to next_deadline fires every timer at its own tick") {
    TimerWheel wheel(kStart);
    std::minstd_rand random(7);
    std::deque<TestTimer> timers(300);
    for (TestTimer& timer : timers)
        wheel.start(timer, kStart + Microseconds(random() % (1u << (8 + random() % 23))));
    int steps = 0;
    while (const auto next = wheel.next_deadline()) {
        wheel.advance(*next);
        for (TestTimer& timer : timers) {
            if (timer.active()) CHECK(timer.deadline() > *next);
        }
        ++steps;
    }
    CHECK(std::ranges::all_of(timers, [](const TestTimer& timer) { return timer.fired == 1; }));
    CHECK(steps < 4 * 300);
}

TEST_CASE("TimerWheel: agrees with a sorted list over random starts, stops and jumps") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::minstd_rand random(seed);
        std::deque<TestTimer> timers(60);
        TimerWheel wheel(kStart);
        auto now = kStart;
        for (int step = 0; step < 2000; ++step) {
            TestTimer& timer = timers[random() % timers.size()];
            if (random() % 4 == 0) {
                wheel.stop(timer);
            } else {
                timer.fired = 0;
                wheel.start(timer, now + Milliseconds(1 + random() % (1u << random() % 26)));
            }
            now += Milliseconds(random() % (1u << random() % 20));
            std::vector<TestTimer*> due;
            for (TestTimer& candidate : timers)
                if (candidate.active() && candidate.deadline() <= now) due.push_back(&candidate);
            REQUIRE(wheel.advance(now) == due.size());
            for (TestTimer* fired : due) REQUIRE(fired->fired == 1);
        }
    }
}
