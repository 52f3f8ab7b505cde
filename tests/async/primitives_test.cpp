// SPDX-License-Identifier: MIT
#include <pottle/async/channel.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/lock.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

Task<> note_when_set(Event* event, std::vector<int>* log, int number) {
    co_await event->wait();
    log->push_back(number);
}

Task<> critical(Lock* lock, std::vector<int>* log, int number) {
    auto guard = co_await lock->acquire();
    log->push_back(number);
    co_await sleep(Milliseconds(10));
    log->push_back(-number);
}

Task<int> sum_of(Channel<std::unique_ptr<int>>* channel) {
    int sum = 0;
    while (auto value = co_await channel->receive()) sum = sum * 10 + **value;
    co_return sum;
}

Task<int> send_digits(Channel<std::unique_ptr<int>>* channel, int count) {
    int sent = 0;
    for (int i = 1; i <= count; ++i) sent += co_await channel->send(std::make_unique<int>(i));
    channel->close();
    co_return sent;
}

}  // namespace

TEST_CASE("Event: set wakes everybody in the order they came, even when cleared at once") {
    VirtualExecutor executor;
    Event event;
    std::vector<int> log;
    executor.run([](Event* e, std::vector<int>* numbers) -> Task<> {
        const auto setter = [](Event* shared) -> Task<> {
            shared->set();
            shared->clear();
            co_return;
        };
        co_await gather(note_when_set(e, numbers, 1), note_when_set(e, numbers, 2), setter(e));
    }(&event, &log));
    CHECK(log == std::vector{1, 2});
    CHECK_FALSE(event.is_set());
}

TEST_CASE("Event: waiting for an event that is set does not wait") {
    VirtualExecutor executor;
    Event event;
    event.set();
    executor.run([](Event* e) -> Task<> { co_await e->wait(); }(&event), WhenIdle::Stop);
}

TEST_CASE("Lock: one coroutine at a time, first come first served, also across awaits") {
    VirtualExecutor executor;
    Lock lock;
    std::vector<int> log;
    executor.run([](Lock* l, std::vector<int>* numbers) -> Task<> {
        co_await gather(critical(l, numbers, 1), critical(l, numbers, 2), critical(l, numbers, 3));
    }(&lock, &log));
    CHECK(log == std::vector{1, -1, 2, -2, 3, -3});
    CHECK_FALSE(lock.locked());
}

TEST_CASE("Semaphore: admits as many as it has permits, and nobody overtakes who waits") {
    VirtualExecutor executor;
    Semaphore semaphore(2);
    auto first = semaphore.try_acquire();
    auto second = semaphore.try_acquire();
    REQUIRE(second);
    CHECK_FALSE(semaphore.try_acquire());
    executor.run([](Semaphore* s, std::optional<Semaphore::Permit>* held) -> Task<> {
        const auto waits = [](Semaphore* sem) -> Task<> { (void)co_await sem->acquire(); };
        const auto overtakes = [](Semaphore* sem,
                                  std::optional<Semaphore::Permit>* permit) -> Task<> {
            permit->reset();
            CHECK_FALSE(sem->try_acquire());  // it belongs to the one that waits
            co_return;
        };
        co_await gather(waits(s), overtakes(s, held));
    }(&semaphore, &first));
    CHECK(semaphore.available() == 1);
}

TEST_CASE("Channel: values arrive in order, the sender waits while it is full, close ends it") {
    VirtualExecutor executor;
    for (const std::size_t capacity : {1u, 2u, 100u}) {
        Channel<std::unique_ptr<int>> channel(capacity);
        const auto result = executor.run(
            [](Channel<std::unique_ptr<int>>* c) -> Task<std::tuple<int, int>> {
                co_return co_await gather(sum_of(c), send_digits(c, 6));
            }(&channel),
            WhenIdle::Stop);
        CHECK(result == std::tuple(123456, 6));
    }
}

TEST_CASE("Channel: close wakes waiting senders, whose values are refused") {
    VirtualExecutor executor;
    Channel<std::string> channel(1);
    const auto result = executor.run([](Channel<std::string>* c) -> Task<std::string> {
        std::string full = "queued";
        c->try_send(full);
        const auto sends = [](Channel<std::string>* to) -> Task<bool> {
            co_return co_await to->send("late");
        };
        const auto closes = [](Channel<std::string>* to) -> Task<> {
            to->close();
            co_return;
        };
        const auto [sent, closed] = co_await gather(sends(c), closes(c));
        const auto first = co_await c->receive();
        const auto second = co_await c->receive();
        co_return *first + (sent ? " sent" : " refused") + (second ? " more" : " end");
    }(&channel));
    CHECK(result == "queued refused end");
}

TEST_CASE("Channel: try_send and try_receive never wait") {
    Channel<int> channel(1);
    int value = 1;
    CHECK(channel.try_send(value));
    CHECK_FALSE(channel.try_send(value));
    CHECK(channel.try_receive() == 1);
    CHECK_FALSE(channel.try_receive());
    channel.close();
    CHECK_FALSE(channel.try_send(value));
}
