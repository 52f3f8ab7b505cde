// SPDX-License-Identifier: MIT
#include <pottle/async/channel.hpp>
#include <pottle/async/cross_channel.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/join.hpp>
#include <pottle/async/lock.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

/// Awaits what `make` gives. Returns: the reason of the cancellation, or None.
template <class Make>
Task<CancelReason> reason_of(Make make) {
    try {
        (void)co_await make();
    } catch (const Cancelled& cancelled) {
        co_return cancelled.reason;
    }
    co_return CancelReason::None;
}

struct Fixture {
    VirtualExecutor executor;
    CancelScope scope{executor};

    /// A leaf that waits is ended by a cancellation, in the executor's turn and not inside
    /// cancel().
    template <class Make>
    void check_cancelled_while_waiting(Make make) {
        auto task = reason_of(make);
        REQUIRE_FALSE(start_unawaited(task, scope));
        executor.run_until_idle();
        REQUIRE_FALSE(task.handle().done());
        scope.cancel(CancelReason::Disconnected);
        CHECK_FALSE(task.handle().done());
        executor.run_until_idle();
        REQUIRE(task.handle().done());
        CHECK(task.handle().promise().take() == CancelReason::Disconnected);
        // Sticky: the next wait under the scope does not even begin.
        auto next = reason_of(make);
        REQUIRE(start_unawaited(next, scope));
        CHECK(next.handle().promise().take() == CancelReason::Disconnected);
        CHECK_FALSE(executor.advance_to_next_timer());
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a sleep") {
    check_cancelled_while_waiting([] { return sleep(Seconds(1)); });
}

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a wait for an event") {
    Event event;
    check_cancelled_while_waiting([&] { return event.wait(); });
    event.set();
    executor.run_until_idle();
}

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a wait for a lock, and the lock is not lost") {
    Lock lock;
    auto guard = *lock.try_acquire();
    check_cancelled_while_waiting([&] { return lock.acquire(); });
    guard.release();
    CHECK_FALSE(lock.locked());
}

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a receive, and no value is lost") {
    Channel<int> channel(1);
    check_cancelled_while_waiting([&] { return channel.receive(); });
    int value = 5;
    CHECK(channel.try_send(value));
    CHECK(channel.try_receive() == 5);
}

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a send, and the value is not sent") {
    Channel<int> channel(1);
    int value = 5;
    CHECK(channel.try_send(value));
    check_cancelled_while_waiting([&] { return channel.send(6); });
    CHECK(channel.try_receive() == 5);
    CHECK_FALSE(channel.try_receive());
}

TEST_CASE_FIXTURE(Fixture, "Leaf: cancellation ends a receive from another thread's channel") {
    CrossChannel<int> channel(executor, 1);
    check_cancelled_while_waiting([&] { return channel.receive(); });
}

TEST_CASE_FIXTURE(Fixture, "Leaf: what completed before the cancellation stays (invariant 1)") {
    Event event;
    auto task = reason_of([&] { return event.wait(); });
    REQUIRE_FALSE(start_unawaited(task, scope));
    event.set();
    scope.cancel();
    executor.run_until_idle();
    REQUIRE(task.handle().done());
    CHECK(task.handle().promise().take() == CancelReason::None);
}

TEST_CASE_FIXTURE(Fixture, "Leaf: what was cancelled first stays cancelled (invariant 1)") {
    Event event;
    auto task = reason_of([&] { return event.wait(); });
    REQUIRE_FALSE(start_unawaited(task, scope));
    scope.cancel();
    event.set();
    executor.run_until_idle();
    REQUIRE(task.handle().done());
    CHECK(task.handle().promise().take() == CancelReason::Requested);
}

TEST_CASE_FIXTURE(Fixture, "CancelScope: a child is cancelled with its parent, not the other way") {
    CancelScope child(scope);
    CancelScope grandchild(child);
    CancelScope sibling(scope);
    child.cancel(CancelReason::TimedOut);
    CHECK(grandchild.reason() == CancelReason::TimedOut);
    CHECK_FALSE(scope.cancelled());
    scope.cancel(CancelReason::Shutdown);
    CHECK(sibling.reason() == CancelReason::Shutdown);
    CHECK(child.reason() == CancelReason::TimedOut);  // the first reason stays
    CHECK(CancelScope(scope).reason() == CancelReason::Shutdown);
    CHECK_THROWS_AS(scope.check(), Cancelled);
}

TEST_CASE("sleep: lasts its time on the executor's clock") {
    VirtualExecutor executor;
    const auto start = executor.now();
    executor.run([]() -> Task<> {
        co_await sleep(Seconds(75));
        co_await sleep(Microseconds(300));
    }());
    CHECK(executor.now() == start + Milliseconds(75'001));
}

TEST_CASE("sleep: one of no time returns in this turn") {
    VirtualExecutor executor;
    const auto start = executor.now();
    executor.run([]() -> Task<> { co_await sleep(Seconds(0)); }());
    CHECK(executor.now() == start);
}

TEST_CASE_FIXTURE(Fixture, "yield: lets others run, and notices a cancellation") {
    auto counts = [](int* counter) -> Task<> {
        for (;;) {
            ++*counter;
            co_await yield();
        }
    };
    int first = 0;
    int second = 0;
    auto one = counts(&first);
    auto other = counts(&second);
    start_unawaited(one, scope);
    start_unawaited(other, scope);
    struct Stop final : Job {
        Fixture* fixture;
        int turns = 0;
        void run() noexcept override {
            if (++turns < 10)
                fixture->executor.defer(*this);
            else
                fixture->scope.cancel();
        }
    } stop;
    stop.fixture = this;
    executor.defer(stop);
    executor.run_until_idle();
    CHECK(first == second);
    CHECK(first >= 10);
    CHECK(one.handle().done());
}
