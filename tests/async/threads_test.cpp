// SPDX-License-Identifier: MIT
// What crosses threads: run with the tsan preset too.
#include <pottle/async/cross_channel.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

Task<long> sum_of(CrossChannel<std::unique_ptr<long>> channel) {
    long sum = 0;
    while (const auto value = co_await channel.receive()) sum += **value;
    co_return sum;
}

void produce(CrossChannel<std::unique_ptr<long>> channel, long count) {
    for (long i = 1; i <= count; ++i) {
        auto value = std::make_unique<long>(i);
        while (!channel.try_send(value)) std::this_thread::yield();
    }
}

constexpr long kCount = 2000;

}  // namespace

TEST_CASE("CrossChannel: every value of every thread arrives once, and close ends it") {
    VirtualExecutor executor;
    CrossChannel<std::unique_ptr<long>> channel(executor, 16);
    std::thread closer([channel]() mutable {
        std::vector<std::thread> producers;
        for (int i = 0; i < 4; ++i) producers.emplace_back(produce, channel, kCount);
        for (std::thread& producer : producers) producer.join();
        channel.close();
    });
    CHECK(executor.run(sum_of(channel), WhenIdle::WaitForPosts) == 4 * kCount * (kCount + 1) / 2);
    closer.join();
}

TEST_CASE("CrossChannel: the queue outlives its handles while a wake-up is under way") {
    VirtualExecutor executor;
    {
        CrossChannel<int> channel(executor, 1);
        CHECK(channel.try_send(1));
        CHECK_FALSE(channel.try_send(2));
    }
    executor.run_until_idle();
}

TEST_CASE("CrossChannel: a sent value waits for its receiver") {
    VirtualExecutor executor;
    CrossChannel<int> channel(executor, 2);
    channel.try_send(7);
    channel.close();
    CHECK_FALSE(channel.try_send(8));
    const auto both = [](CrossChannel<int> c) -> Task<int> {
        const auto first = co_await c.receive();
        const auto second = co_await c.receive();
        co_return *first + (second ? 100 : 0);
    };
    CHECK(executor.run(both(channel)) == 7);
}
