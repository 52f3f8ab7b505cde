// SPDX-License-Identifier: MIT
#include <pottle/async/event.hpp>
#include <pottle/async/fibre.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/join.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

Task<int> add(int a, int b) {
    co_return a + b;
}

Task<int> add_later(int a, int b) {
    co_await sleep(Milliseconds(1));
    co_return a + b;
}

Task<int> fail_later() {
    co_await sleep(Milliseconds(1));
    throw std::runtime_error("task");
}

[[gnu::noinline]] int deep(int depth) {
    volatile char frame[256] = {};
    frame[0] = char(depth);
    return depth ? deep(depth - 1) + frame[1] : await_sync(add_later(20, 22));
}

/// Holds `text` as the exception being handled while it awaits.
std::string await_in_catch(std::string text, Milliseconds delay) {
    try {
        throw std::runtime_error(text);
    } catch (const std::runtime_error&) {
        await_sync(sleep(delay));
        try {
            std::rethrow_exception(std::current_exception());
        } catch (const std::exception& handled) {
            return handled.what();
        }
    }
}

}  // namespace

TEST_CASE("run_fibre: returns what the function returns, and what it throws") {
    VirtualExecutor executor;
    CHECK(*executor.run(run_fibre([](std::unique_ptr<int> value) { return value; },
                                  std::make_unique<int>(3))) == 3);
    CHECK_THROWS_WITH_AS(executor.run(run_fibre([] { throw std::out_of_range("thrown"); })),
                         "thrown", std::out_of_range);
}

TEST_CASE("await_sync: suspends the fibre at any depth of calls") {
    VirtualExecutor executor;
    CHECK(executor.run(run_fibre(deep, 50)) == 42);
}

TEST_CASE("await_sync: a task that finishes at once needs no turn of the loop") {
    VirtualExecutor executor;
    CHECK(executor.run(run_fibre([] { return await_sync(add(1, 2)); }), WhenIdle::Stop) == 3);
}

TEST_CASE("await_sync: the loop goes on while a fibre is suspended") {
    VirtualExecutor executor;
    std::vector<int> log;
    executor.run([](std::vector<int>* notes) -> Task<> {
        const auto counts = [](std::vector<int>* out, int first) {
            for (int i = 0; i < 3; ++i) {
                out->push_back(first + i);
                await_sync(sleep(Milliseconds(10)));
            }
        };
        co_await gather(run_fibre(counts, notes, 10), run_fibre(counts, notes, 20));
    }(&log));
    CHECK(log == std::vector{10, 20, 11, 21, 12, 22});
}

TEST_CASE("await_sync: an exception of the task crosses with its type and can be caught") {
    VirtualExecutor executor;
    const auto caught = executor.run(run_fibre([] {
        try {
            return await_sync(fail_later());
        } catch (const std::runtime_error& error) {
            return std::string(error.what()) == "task" ? 1 + await_sync(add_later(1, 1)) : 0;
        }
    }));
    CHECK(caught == 3);
    CHECK_THROWS_AS(executor.run(run_fibre([] { await_sync(fail_later()); })), std::runtime_error);
}

TEST_CASE("await_sync: fibres that await inside catch blocks keep their own exceptions") {
    VirtualExecutor executor;
    const auto result = executor.run(gather(run_fibre(await_in_catch, "one", Milliseconds(10)),
                                            run_fibre(await_in_catch, "two", Milliseconds(30)),
                                            run_fibre(await_in_catch, "three", Milliseconds(20))));
    CHECK(result == std::tuple("one", "two", "three"));
    CHECK_FALSE(std::current_exception());
}

TEST_CASE("await_sync: a cancellation comes out as Cancelled and unwinds the fibre") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    bool unwound = false;
    auto task = run_fibre(
        [](bool* flag) {
            struct Unwind {
                bool* flag;
                ~Unwind() { *flag = true; }
            } unwind{flag};
            await_sync(sleep(Seconds(60)));
        },
        &unwound);
    REQUIRE_FALSE(start_unawaited(task, scope));
    scope.cancel(CancelReason::Disconnected);
    executor.run_until_idle();
    CHECK(unwound);
    REQUIRE(task.handle().done());
    CHECK_THROWS_AS(task.handle().promise().take(), Cancelled);
}

TEST_CASE("await_sync: outside a fibre it throws a LogicError that names the cure") {
    bool named = false;
    try {
        await_sync(add(1, 2));
    } catch (const LogicError& error) {
        named = std::string(error.what()).find("run_fibre()") != std::string::npos;
    }
    CHECK(named);
    VirtualExecutor executor;
    const auto inside = []() -> Task<int> { co_return await_sync(add(1, 2)); };
    CHECK_THROWS_AS(executor.run(inside()), LogicError);
    // A coroutine awaits, also when a fibre started it (invariant 3).
    CHECK_THROWS_AS(executor.run(run_fibre([&] { return await_sync(inside()); })), LogicError);
}

TEST_CASE("run_fibre: a fibre may await a task that runs a fibre") {
    VirtualExecutor executor;
    const auto outer = [] {
        const int inner = await_sync(run_fibre([] {
            const int first = await_sync(add(1, 2));
            return first + await_sync(add_later(3, 4));
        }));
        return inner + await_sync(add_later(5, 6));
    };
    CHECK(executor.run(run_fibre(outer)) == 21);
}

TEST_CASE("run_fibre: ten thousand fibres one after another, some of which park") {
    VirtualExecutor executor;
    const long sum = executor.run([]() -> Task<long> {
        long total = 0;
        for (int i = 0; i < 10'000; ++i)
            total += co_await run_fibre(
                [](int n) { return n % 8 ? await_sync(add(n, 1)) : await_sync(add_later(n, 1)); },
                i);
        co_return total;
    }());
    CHECK(sum == 50'005'000);
}

TEST_CASE("run_fibre: a thousand fibres are parked at once") {
    VirtualExecutor executor;
    Event event;
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 1000; ++i)
        tasks.push_back(run_fibre(
            FibreOptions{.stack_size = 32 * 1024},
            [](Event* e, int n) {
                await_sync(e->wait());
                return n;
            },
            &event, i));
    const auto sets = [](Event* e) -> Task<> {
        co_await sleep(Milliseconds(1));
        e->set();
    };
    const auto results = executor.run(gather(gather(std::move(tasks)), sets(&event)));
    long sum = 0;
    for (const int value : std::get<0>(results)) sum += value;
    CHECK(sum == 499'500);
}

TEST_CASE("run_fibre: a destroyed task that was not started frees its arguments") {
    const auto value = std::make_shared<int>(1);
    {
        const auto task = run_fibre([](std::shared_ptr<int>) {}, value);
    }
    CHECK(value.use_count() == 1);
}

TEST_CASE("run_fibre: a timeout ends a fibre") {
    VirtualExecutor executor;
    CHECK_THROWS_AS(
        executor.run(timeout(Milliseconds(5), run_fibre([] { await_sync(sleep(Seconds(9))); }))),
        TimedOut);
}
