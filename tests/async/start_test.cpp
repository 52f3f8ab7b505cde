// SPDX-License-Identifier: MIT
#include <pottle/async/join.hpp>
#include <pottle/async/start.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

struct Gate {
    std::coroutine_handle<> waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) noexcept { waiting = self; }
    void await_resume() const noexcept {}
};

Task<> pass(Gate& gate) {
    co_await gate;
}

Task<> fail_after(Gate& gate) {
    co_await gate;
    throw std::runtime_error("late");
}

Task<> hold(Gate& gate, std::shared_ptr<int>) {
    co_await gate;
}

Task<std::unique_ptr<int>> make_number(Gate& gate) {
    co_await gate;
    co_return std::make_unique<int>(42);
}

struct Owner final : Completion {
    int done = 0;
    std::exception_ptr error;
    std::shared_ptr<int> alive;
    long uses_at_end = 0;
    void on_done(std::exception_ptr what) noexcept override {
        ++done;
        error = std::move(what);
        uses_at_end = alive.use_count();
    }
};

}  // namespace

TEST_CASE("start: tells the completion once the task is over") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Owner owner;
    Gate gate;
    start(pass(gate), scope, owner);
    CHECK(owner.done == 0);
    gate.waiting.resume();
    CHECK(owner.done == 1);
    CHECK_FALSE(owner.error);
}

TEST_CASE("start: hands over what the task threw") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Owner owner;
    Gate gate;
    start(fail_after(gate), scope, owner);
    gate.waiting.resume();
    CHECK_THROWS_WITH_AS(std::rethrow_exception(owner.error), "late", std::runtime_error);
}

TEST_CASE("start: a task that does not park is over before start returns") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Owner owner;
    start([]() -> Task<> { co_return; }(), scope, owner);
    CHECK(owner.done == 1);
}

TEST_CASE("start: the task's frame is gone when on_done is called") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Owner owner;
    Gate gate;
    owner.alive = std::make_shared<int>(1);
    start(hold(gate, owner.alive), scope, owner);
    CHECK(owner.alive.use_count() == 2);
    gate.waiting.resume();
    CHECK(owner.uses_at_end == 1);
}

TEST_CASE("start: on_done may destroy the completion and the scope") {
    struct Request final : Completion {
        CancelScope scope;
        Gate gate;
        bool* gone;
        Request(Executor& executor, bool& flag) : scope(executor), gone(&flag) {}
        void on_done(std::exception_ptr) noexcept override {
            *gone = true;
            delete this;
        }
    };
    VirtualExecutor executor;
    bool gone = false;
    auto* request = new Request(executor, gone);
    start(pass(request->gate), request->scope, *request);
    request->gate.waiting.resume();
    CHECK(gone);
}

TEST_CASE("join: gives the result of a task that was started without an awaiter") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Gate gate;
    auto task = make_number(gate);
    CHECK_FALSE(start_unawaited(task, scope));
    auto joiner = [](Task<std::unique_ptr<int>>& started) -> Task<int> {
        co_return *co_await join(started);
    }(task);
    CHECK_FALSE(start_unawaited(joiner, scope));
    gate.waiting.resume();
    REQUIRE(joiner.handle().done());
    CHECK(joiner.handle().promise().take() == 42);
}

TEST_CASE("join: a task that has finished already is not waited for") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    auto task = []() -> Task<int> { co_return 5; }();
    CHECK(start_unawaited(task, scope));
    auto joiner = [](Task<int>& started) -> Task<int> { co_return co_await join(started); }(task);
    CHECK(executor.run(std::move(joiner)) == 5);
}

TEST_CASE("join: rethrows what the task threw") {
    VirtualExecutor executor;
    CancelScope scope(executor);
    Gate gate;
    auto task = fail_after(gate);
    CHECK_FALSE(start_unawaited(task, scope));
    auto joiner = [](Task<>& started) -> Task<> { co_await join(started); }(task);
    CHECK_FALSE(start_unawaited(joiner, scope));
    gate.waiting.resume();
    CHECK_THROWS_WITH_AS(joiner.handle().promise().take(), "late", std::runtime_error);
}
