// SPDX-License-Identifier: MIT
#include <pottle/async/gather.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/task.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

Task<int> number(int value) {
    co_return value;
}

Task<int> number_later(int value) {
    co_await yield();
    co_return value;
}

/// How deep the stack is.
[[gnu::noinline]] std::uintptr_t stack_position() {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

struct StackRange {
    std::uintptr_t lowest = UINTPTR_MAX;
    std::uintptr_t highest = 0;
    void note() {
        const auto position = stack_position();
        lowest = std::min(lowest, position);
        highest = std::max(highest, position);
    }
    std::uintptr_t bytes() const { return highest - lowest; }
};

Task<int> noting(StackRange* range) {
    range->note();
    co_return 1;
}

template <class T>
Task<T> throws(std::string text) {
    throw std::runtime_error(text);
    co_return T{};
}

struct Depth {
    int depth = 0;
    bool await_ready() const noexcept { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> self) noexcept {
        for (PromiseBase* p = &self.promise(); p; p = p->awaiter()) ++depth;
        return false;
    }
    int await_resume() const noexcept { return depth; }
};

}  // namespace

static_assert(!std::is_copy_constructible_v<Task<int>>);
template <class T>
concept AwaitableAsLvalue = requires(T& task) { task.operator co_await(); };
static_assert(!AwaitableAsLvalue<Task<int>>);

TEST_CASE("Task: two million finished awaits in a loop do not grow the stack (R33)") {
    VirtualExecutor executor;
    StackRange range;
    const auto total = executor.run([](StackRange* noted) -> Task<long> {
        long sum = 0;
        for (int i = 0; i < 2'000'000; ++i) sum += co_await noting(noted);
        co_return sum;
    }(&range));
    CHECK(total == 2'000'000);
    CHECK(range.bytes() < 4096);
}

TEST_CASE("Task: awaits that finish at once or later in turn do not grow the stack (R33)") {
    VirtualExecutor executor;
    StackRange range;
    executor.run([](StackRange* noted) -> Task<> {
        for (int i = 0; i < 100'000; ++i) {
            co_await number(i);
            if (i % 3 == 0) co_await number_later(i);
            noted->note();
        }
    }(&range));
    CHECK(range.bytes() < 4096);
}

TEST_CASE("Task: a task that is destroyed before it starts frees its arguments") {
    const auto value = std::make_shared<int>(1);
    {
        const auto task = [](std::shared_ptr<int>) -> Task<> { co_return; }(value);
        CHECK(value.use_count() == 2);
    }
    CHECK(value.use_count() == 1);
}

TEST_CASE("Task: carries move-only results") {
    VirtualExecutor executor;
    const auto result = executor.run([]() -> Task<std::unique_ptr<int>> {
        auto inner = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
        auto value = co_await inner();
        *value += 1;
        co_return value;
    }());
    CHECK(*result == 4);
}

TEST_CASE("Task: an exception passes through every level with its type") {
    VirtualExecutor executor;
    const auto outer = []() -> Task<int> {
        const auto middle = []() -> Task<int> { co_return co_await throws<int>("deep"); };
        co_return co_await middle();
    };
    CHECK_THROWS_WITH_AS(executor.run(outer()), "deep", std::runtime_error);
}

TEST_CASE("Task: an exception can be caught around an await, and the coroutine goes on") {
    VirtualExecutor executor;
    const auto text = executor.run([]() -> Task<std::string> {
        std::string caught;
        try {
            co_await throws<std::string>("first");
        } catch (const std::runtime_error& error) {
            caught = error.what();
        }
        co_return caught + std::to_string(co_await number_later(2));
    }());
    CHECK(text == "first2");
}

TEST_CASE("Task: move assignment destroys the task that was there") {
    const auto value = std::make_shared<int>(1);
    const auto hold = [](std::shared_ptr<int>) -> Task<> { co_return; };
    Task<> task = hold(value);
    task = hold(nullptr);
    CHECK(value.use_count() == 1);
    CHECK(task);
    task = {};
    CHECK_FALSE(task);
}

TEST_CASE("Task: a braced list makes the result") {
    struct Pair {
        int first;
        std::string second;
    };
    VirtualExecutor executor;
    const auto pair = executor.run([]() -> Task<Pair> { co_return {1, "one"}; }());
    CHECK(pair.second == "one");
}

TEST_CASE("Task: the chain of awaiting coroutines can be followed from the innermost one") {
    VirtualExecutor executor;
    const auto depth = executor.run([]() -> Task<int> {
        const auto inner = []() -> Task<int> { co_return co_await Depth{}; };
        co_return co_await inner();
    }());
    CHECK(depth == 2);
}
