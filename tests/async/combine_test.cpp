// SPDX-License-Identifier: MIT
// gather, timeout and shield.
#include <pottle/async/channel.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/generator.hpp>
#include <pottle/async/join.hpp>
#include <pottle/async/scope.hpp>
#include <pottle/async/shield.hpp>
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

Task<std::string> text_after(std::string text, Milliseconds delay) {
    co_await sleep(delay);
    co_return text;
}

Task<int> fail_after(Milliseconds delay) {
    co_await sleep(delay);
    throw std::runtime_error("failed");
}

/// Counts how it ended.
Task<> count_end(Milliseconds delay, int* finished, int* cancelled) {
    try {
        co_await sleep(delay);
        ++*finished;
    } catch (const Cancelled&) {
        ++*cancelled;
        throw;
    }
}

/// Swallows the cancellation and gives a result all the same.
Task<int> stubborn(Milliseconds delay) {
    try {
        co_await sleep(delay);
    } catch (const Cancelled&) {
        co_return 7;
    }
    co_return 1;
}

Task<> set_after(bool* flag, Milliseconds delay) {
    co_await sleep(delay);
    *flag = true;
}

}  // namespace

TEST_CASE("gather: gives the results in order, with Nothing for void") {
    VirtualExecutor executor;
    const auto start = executor.now();
    const auto result =
        executor.run([]() -> Task<std::tuple<std::string, Nothing, std::unique_ptr<int>>> {
            const auto box = []() -> Task<std::unique_ptr<int>> {
                co_return std::make_unique<int>(3);
            };
            co_return co_await gather(text_after("a", Milliseconds(30)), sleep(Milliseconds(20)),
                                      box());
        }());
    CHECK(std::get<0>(result) == "a");
    CHECK(*std::get<2>(result) == 3);
    CHECK(executor.now() - start == Milliseconds(30));
}

TEST_CASE("gather: of void tasks gives nothing") {
    VirtualExecutor executor;
    bool first = false;
    bool second = false;
    static_assert(std::is_same_v<decltype(gather(sleep(Seconds(1)), Task<>())), Task<>>);
    executor.run(gather(set_after(&first, Milliseconds(2)), set_after(&second, Milliseconds(1))));
    CHECK((first && second));
}

TEST_CASE("gather: the first error cancels the others, which are waited for, and is thrown") {
    VirtualExecutor executor;
    int finished = 0;
    int cancelled = 0;
    const auto start = executor.now();
    CHECK_THROWS_WITH_AS(
        executor.run(gather(count_end(Milliseconds(5), &finished, &cancelled),
                            fail_after(Milliseconds(10)), fail_after(Milliseconds(10)),
                            count_end(Milliseconds(500), &finished, &cancelled))),
        "failed", std::runtime_error);
    CHECK(finished == 1);
    CHECK(cancelled == 1);
    CHECK(executor.now() - start == Milliseconds(10));
}

TEST_CASE("gather: a task behind one that failed at once is not started") {
    VirtualExecutor executor;
    bool started = false;
    const auto fails = []() -> Task<> {
        throw std::runtime_error("at once");
        co_return;
    };
    const auto notes = [](bool* flag) -> Task<> {
        *flag = true;
        co_return;
    };
    CHECK_THROWS_WITH_AS(executor.run(gather(fails(), notes(&started))), "at once",
                         std::runtime_error);
    CHECK_FALSE(started);
}

TEST_CASE("gather: a cancellation from outside reaches every task") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    int finished = 0;
    int cancelled = 0;
    auto task = gather(count_end(Seconds(1), &finished, &cancelled),
                       count_end(Seconds(2), &finished, &cancelled));
    REQUIRE_FALSE(start_unawaited(task, scope));
    scope.cancel(CancelReason::Disconnected);
    executor.run_until_idle();
    REQUIRE(task.handle().done());
    CHECK_THROWS_AS(task.handle().promise().take(), Cancelled);
    CHECK(cancelled == 2);
}

TEST_CASE("gather: takes any number of tasks of one type") {
    VirtualExecutor executor;
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < 5; ++i)
        tasks.push_back(text_after(std::to_string(i), Milliseconds(10 - i)));
    const auto results = executor.run(gather(std::move(tasks)));
    CHECK(results == std::vector<std::string>{"0", "1", "2", "3", "4"});
    CHECK(executor.run(gather(std::vector<Task<int>>())).empty());
    bool flag = false;
    std::vector<Task<>> voids;
    voids.push_back(set_after(&flag, Milliseconds(1)));
    executor.run(gather(std::move(voids)));
    CHECK(flag);
}

TEST_CASE("timeout: returns the result of a task that is in time, and its timer is gone") {
    VirtualExecutor executor;
    CHECK(executor.run(timeout(Seconds(1), text_after("in time", Milliseconds(999)))) == "in time");
    CHECK_FALSE(executor.advance_to_next_timer());
}

TEST_CASE("timeout: cancels a task that is late, waits for it and throws TimedOut") {
    VirtualExecutor executor;
    int finished = 0;
    int cancelled = 0;
    const auto start = executor.now();
    CHECK_THROWS_AS(
        executor.run(timeout(Milliseconds(50), count_end(Seconds(9), &finished, &cancelled))),
        TimedOut);
    CHECK(cancelled == 1);
    CHECK(executor.now() - start == Milliseconds(50));
}

TEST_CASE("timeout: takes what can be awaited besides tasks") {
    VirtualExecutor executor;
    Channel<int> channel(1);
    CHECK_THROWS_AS(executor.run(timeout(Milliseconds(5), channel.receive())), TimedOut);
    CHECK(executor.run(timeout(Milliseconds(5), channel.send(4))));
    CHECK(executor.run(timeout(Milliseconds(5), channel.receive())) == 4);
}

TEST_CASE("timeout: a result that arrives in spite of the cancellation is returned") {
    VirtualExecutor executor;
    CHECK(executor.run(timeout(Milliseconds(5), stubborn(Seconds(1)))) == 7);
}

TEST_CASE("timeout: the task's own error is thrown as it is") {
    VirtualExecutor executor;
    CHECK_THROWS_AS(executor.run(timeout(Seconds(1), fail_after(Milliseconds(1)))),
                    std::runtime_error);
}

TEST_CASE("timeout: a cancellation from outside stays Cancelled, also after its timer fired") {
    VirtualExecutor executor;
    for (const bool fired : {false, true}) {
        CancelScope scope(executor);
        auto task = timeout(Milliseconds(5), sleep(Seconds(1)));
        REQUIRE_FALSE(start_unawaited(task, scope));
        if (fired) {
            // The timer fires and the client goes in the same turn, before the task can react.
            struct Leave final : Timer {
                CancelScope* scope;
                void on_timer() noexcept override { scope->cancel(CancelReason::Disconnected); }
            } leave;
            leave.scope = &scope;
            executor.start_timer(leave, executor.now() + Milliseconds(5));
            executor.advance(Milliseconds(5));
        } else {
            scope.cancel(CancelReason::Disconnected);
            executor.run_until_idle();
        }
        REQUIRE(task.handle().done());
        CHECK_THROWS_AS(task.handle().promise().take(), Cancelled);
    }
}

TEST_CASE("timeout: the inner of two ends first and the outer is not disturbed") {
    VirtualExecutor executor;
    const auto inner = []() -> Task<std::string> {
        try {
            co_await timeout(Milliseconds(5), sleep(Seconds(1)));
        } catch (const TimedOut&) {
        }
        co_return co_await text_after("went on", Milliseconds(10));
    };
    CHECK(executor.run(timeout(Milliseconds(50), inner())) == "went on");
}

TEST_CASE("shield: the section finishes although the request is cancelled meanwhile") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    bool committed = false;
    bool after = false;
    auto task = [](bool* commit, bool* next) -> Task<> {
        co_await shield(set_after(commit, Milliseconds(10)));
        *next = true;
        co_await sleep(Seconds(1));
    }(&committed, &after);
    REQUIRE_FALSE(start_unawaited(task, scope));
    scope.cancel();
    executor.run_until_idle();
    CHECK_FALSE(task.handle().done());
    executor.advance(Milliseconds(10));
    CHECK(committed);
    CHECK(after);
    REQUIRE(task.handle().done());
    CHECK_THROWS_AS(task.handle().promise().take(), Cancelled);
}

TEST_CASE("shield: the section runs although the request is cancelled already") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    scope.cancel();
    CHECK(executor.run(shield(text_after("cleaned", Milliseconds(5))), scope) == "cleaned");
}

TEST_CASE("CancelScope: what outlives its scope belongs to the scope above") {
    struct Context final : ScopeContext {};
    VirtualExecutor executor;
    Context context;
    auto top = std::make_unique<CancelScope>(executor);
    top->set_context(&context);

    auto middle = std::make_unique<CancelScope>(*top);
    CancelScope child(*middle);
    middle.reset();
    CHECK(child.find_context() == &context);

    auto cancelled = std::make_unique<CancelScope>(*top);
    CancelScope before(*cancelled);
    cancelled->cancel(CancelReason::TimedOut);
    CancelScope behind(*cancelled);
    cancelled.reset();
    CHECK(before.reason() == CancelReason::TimedOut);
    CHECK(behind.reason() == CancelReason::TimedOut);
    CHECK(before.find_context() == &context);
    CHECK(behind.find_context() == &context);
    CHECK_FALSE(child.cancelled());

    top->cancel(CancelReason::Disconnected);
    CHECK(child.reason() == CancelReason::Disconnected);
    CHECK(before.reason() == CancelReason::TimedOut);
    top.reset();
    CHECK(child.find_context() == nullptr);
    CHECK(behind.find_context() == nullptr);
}

TEST_CASE("timeout: a generator may keep a scope from one pull to the next") {
    VirtualExecutor executor;
    std::string seen;
    auto generator = [](std::string* lines) -> Generator<int> {
        Scope scope(co_await current_scope());
        scope.spawn(
            [](std::string* all) -> Task<> {
                try {
                    co_await sleep(Seconds(9));
                } catch (const Cancelled& end) {
                    *all += end.reason == CancelReason::Disconnected ? "left" : "?";
                    throw;
                }
            },
            lines);
        co_yield 1;
        co_yield 2;
        co_await scope.join();
    }(&seen);
    const auto next = [](Generator<int>* source) -> Task<int> {
        int* value = co_await source->next();
        co_return value ? *value : 0;
    };
    CancelScope scope(executor);
    CHECK(executor.run(timeout(Seconds(1), next(&generator)), scope) == 1);
    CHECK(executor.run(timeout(Seconds(1), next(&generator)), scope) == 2);
    scope.cancel(CancelReason::Disconnected);
    executor.run_until_idle();
    CHECK(seen == "left");
}
