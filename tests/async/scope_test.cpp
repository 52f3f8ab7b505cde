// SPDX-License-Identifier: MIT
#include <pottle/async/event.hpp>
#include <pottle/async/scope.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/base/log.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

using Log = std::vector<std::string>;

Task<> note_after(Log* log, std::string text, Milliseconds delay) {
    try {
        co_await sleep(delay);
        log->push_back(text);
    } catch (const Cancelled&) {
        log->push_back(text + " cancelled");
        throw;
    }
}

Task<> fail_after(Milliseconds delay) {
    co_await sleep(delay);
    throw std::runtime_error("child");
}

struct Mailer {
    Log sent;
    Task<> send(std::string text) {
        co_await yield();
        sent.push_back(std::move(text));
    }
};

}  // namespace

TEST_CASE("Scope: tasks run beside each other and join waits for all of them") {
    VirtualExecutor executor;
    Log log;
    const auto start = executor.now();
    executor.run([](Log* notes) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(note_after, notes, "slow", Milliseconds(20));
        scope.spawn(note_after, notes, "fast", Milliseconds(10));
        CHECK(scope.running() == 2);
        co_await scope.join();
        CHECK(scope.running() == 0);
        notes->push_back("joined");
        co_await scope.join();
    }(&log));
    CHECK(log == Log{"fast", "slow", "joined"});
    CHECK(executor.now() - start == Milliseconds(20));
}

TEST_CASE("Scope: spawn keeps function and arguments alive as long as the task (R31)") {
    VirtualExecutor executor;
    const auto value = std::make_shared<int>(5);
    int seen = 0;
    executor.run([](std::shared_ptr<int> shared, int* out) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(
            [shared, out](std::unique_ptr<int> moved) -> Task<> {
                co_await yield();
                *out = *shared + *moved;
            },
            std::make_unique<int>(2));
        CHECK(shared.use_count() == 3);
        co_await scope.join();
        CHECK(shared.use_count() == 2);
    }(value, &seen));
    CHECK(seen == 7);
}

TEST_CASE("Scope: spawns member functions") {
    VirtualExecutor executor;
    Mailer mailer;
    executor.run([](Mailer* m) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(&Mailer::send, m, "hello");
        co_await scope.join();
    }(&mailer));
    CHECK(mailer.sent == Log{"hello"});
}

TEST_CASE("Scope: the first error cancels the other tasks and comes out of join") {
    VirtualExecutor executor;
    Log log;
    const auto run = [](Log* notes) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(note_after, notes, "other", Milliseconds(50));
        scope.spawn(fail_after, Milliseconds(10));
        scope.spawn(fail_after, Milliseconds(10));
        co_await scope.join();
    };
    CHECK_THROWS_WITH_AS(executor.run(run(&log)), "child", std::runtime_error);
    CHECK(log == Log{"other cancelled"});
}

TEST_CASE("Scope: cancel ends the tasks and join returns normally") {
    VirtualExecutor executor;
    Log log;
    executor.run([](Log* notes) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(note_after, notes, "task", Milliseconds(50));
        scope.cancel();
        co_await scope.join();
        notes->push_back("joined");
    }(&log));
    CHECK(log == Log{"task cancelled", "joined"});
}

TEST_CASE("Scope: a cancellation of who joins reaches the tasks, which are still waited for") {
    VirtualExecutor executor;
    Log log;
    const auto run = [](Log* notes) -> Task<> {
        Scope scope(co_await current_scope());
        scope.spawn(
            [](Log* all) -> Task<> {
                try {
                    co_await sleep(Seconds(60));
                } catch (const Cancelled&) {
                    all->push_back("task ends");
                    throw;
                }
            },
            notes);
        const auto joins = [](Scope* self) -> Task<> { co_await self->join(); };
        co_await timeout(Milliseconds(10), joins(&scope));
    };
    CHECK_THROWS_AS(executor.run(run(&log)), TimedOut);
    CHECK(log == Log{"task ends"});
}

TEST_CASE("with_scope: joins its tasks when the body throws") {
    VirtualExecutor executor;
    Log log;
    const auto run = [](Log* notes) -> Task<> {
        co_await with_scope(
            [](Scope& scope, Log* all) -> Task<> {
                scope.spawn(note_after, all, "task", Milliseconds(50));
                co_await sleep(Milliseconds(1));
                throw std::runtime_error("body");
            },
            notes);
    };
    CHECK_THROWS_WITH_AS(executor.run(run(&log)), "body", std::runtime_error);
    CHECK(log == Log{"task cancelled"});
}

TEST_CASE("with_scope: an error of a task cancels the body and is thrown") {
    VirtualExecutor executor;
    Log log;
    const auto run = [](Log* notes) -> Task<> {
        co_await with_scope(
            [](Scope& scope, Log* all) -> Task<> {
                scope.spawn(fail_after, Milliseconds(10));
                co_await note_after(all, "body", Milliseconds(50));
            },
            notes);
    };
    CHECK_THROWS_WITH_AS(executor.run(run(&log)), "child", std::runtime_error);
    CHECK(log == Log{"body cancelled"});
}

TEST_CASE("Scope: one that is destroyed with running tasks cancels them and logs an error") {
    VirtualExecutor executor;
    Log log;
    std::string logged;
    log::set_sink([](void* context, log::Level,
                     std::string_view line) { *static_cast<std::string*>(context) = line; },
                  &logged);
    executor.run([](Log* notes) -> Task<> {
        {
            Scope scope(co_await current_scope());
            scope.spawn(note_after, notes, "orphan", Milliseconds(50));
        }
        co_await sleep(Milliseconds(1));
    }(&log));
    log::set_sink(nullptr, nullptr);
    CHECK(log == Log{"orphan cancelled"});
    CHECK(logged.find("before its tasks were joined") != std::string::npos);
}

TEST_CASE("Scope: ten thousand tasks that end at once leave nothing behind") {
    VirtualExecutor executor;
    int ended = 0;
    executor.run([](int* count) -> Task<> {
        Scope scope(co_await current_scope());
        for (int i = 0; i < 10'000; ++i)
            scope.spawn(
                [](int* c) -> Task<> {
                    ++*c;
                    co_return;
                },
                count);
        co_await scope.join();
    }(&ended));
    CHECK(ended == 10'000);
}
