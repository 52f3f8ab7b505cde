// SPDX-License-Identifier: MIT
#include <pottle/async/generator.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

Generator<std::string> words(int count) {
    for (int i = 0; i < count; ++i) {
        if (i % 2) co_await sleep(Milliseconds(5));
        co_yield "word " + std::to_string(i);
    }
}

Generator<int> fails_after(int count) {
    for (int i = 0; i < count; ++i) co_yield int(i);
    throw std::runtime_error("generator");
}

Task<std::string> join(Generator<std::string> generator) {
    std::string all;
    while (std::string* word = co_await generator.next()) all += *word + ";";
    if (co_await generator.next()) all += "more";
    co_return all;
}

}  // namespace

TEST_CASE("Generator: yields in order, with awaits between, and stays at its end") {
    VirtualExecutor executor;
    CHECK(executor.run(join(words(3))) == "word 0;word 1;word 2;");
    CHECK(executor.run(join(words(0))) == "");
}

TEST_CASE("Generator: an exception comes out of next, and then the generator is at its end") {
    VirtualExecutor executor;
    const auto seen = executor.run([]() -> Task<int> {
        auto generator = fails_after(2);
        int count = 0;
        try {
            while (co_await generator.next()) ++count;
        } catch (const std::runtime_error&) {
            count += 10;
        }
        if (co_await generator.next()) count += 100;
        co_return count;
    }());
    CHECK(seen == 12);
}

TEST_CASE("Generator: the consumer may move the yielded value away") {
    VirtualExecutor executor;
    const auto sum = executor.run([]() -> Task<int> {
        auto generator = []() -> Generator<std::unique_ptr<int>> {
            auto kept = std::make_unique<int>(1);
            co_yield kept;
            if (!kept) co_yield std::make_unique<int>(2);
        }();
        int total = 0;
        while (auto* value = co_await generator.next())
            total += *std::unique_ptr(std::move(*value));
        co_return total;
    }());
    CHECK(sum == 3);
}

TEST_CASE("Generator: destroying it between two values frees its frame") {
    VirtualExecutor executor;
    const auto value = std::make_shared<int>(1);
    executor.run([](std::shared_ptr<int> shared) -> Task<> {
        auto generator = [](std::shared_ptr<int> kept) -> Generator<int> {
            for (;;) co_yield int(*kept);
        }(std::move(shared));
        co_await generator.next();
    }(value));
    CHECK(value.use_count() == 1);
}

TEST_CASE("Generator: a hundred thousand values do not grow the stack (R33)") {
    VirtualExecutor executor;
    const auto count = executor.run([]() -> Task<long> {
        auto generator = []() -> Generator<int> {
            for (int i = 0; i < 100'000; ++i) co_yield int(i);
        }();
        long sum = 0;
        while (const int* value = co_await generator.next()) sum += *value;
        co_return sum;
    }());
    CHECK(count == 4'999'950'000);
}

TEST_CASE("Generator: cancellation reaches an await inside it") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    auto waits = [](CancelScope* self) -> Task<int> {
        auto generator = words(2);
        co_await generator.next();
        self->cancel();
        try {
            co_await generator.next();
        } catch (const Cancelled&) {
            co_return 1;
        }
        co_return 0;
    };
    CHECK(executor.run(waits(&scope), scope) == 1);
}
