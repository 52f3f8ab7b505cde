// SPDX-License-Identifier: MIT
#include <pottle/async/join.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

std::unique_ptr<int> twice(std::unique_ptr<int> value) {
    *value *= 2;
    return value;
}

struct Counter {
    int count = 0;
    void add(int by) { count += by; }
};

}  // namespace

TEST_CASE("run_blocking: moves arguments in and the result out") {
    VirtualExecutor executor;
    CHECK(*executor.run(run_blocking(twice, std::make_unique<int>(21))) == 42);
    Counter counter;
    executor.run(run_blocking(&Counter::add, &counter, 3));
    CHECK(counter.count == 3);
}

TEST_CASE("run_blocking: an exception crosses with its type") {
    VirtualExecutor executor;
    CHECK_THROWS_WITH_AS(executor.run(run_blocking([] { throw std::out_of_range("far"); })), "far",
                         std::out_of_range);
}

TEST_CASE("run_blocking: throws Overloaded when the pool's queue is full") {
    VirtualExecutor executor;
    executor.refuse_blocking(true);
    CHECK_THROWS_AS(executor.run(run_blocking([] { return 1; })), Overloaded);
}

TEST_CASE("run_blocking: a job that was handed over is awaited in spite of a cancellation") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    auto task = [](bool* later) -> Task<int> {
        const int value = co_await run_blocking([] { return 5; });
        *later = true;
        co_await sleep(Seconds(1));
        co_return value;
    };
    bool later = false;
    auto running = task(&later);
    REQUIRE_FALSE(start_unawaited(running, scope));
    scope.cancel();
    CHECK_FALSE(later);
    executor.run_until_idle();
    CHECK(later);
    REQUIRE(running.handle().done());
    CHECK_THROWS_AS(running.handle().promise().take(), Cancelled);
}

TEST_CASE("run_blocking: hands nothing over once the scope is cancelled") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    scope.cancel();
    bool ran = false;
    CHECK_THROWS_AS(executor.run(run_blocking([](bool* flag) { *flag = true; }, &ran), scope),
                    Cancelled);
    CHECK_FALSE(ran);
}
