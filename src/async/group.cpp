// SPDX-License-Identifier: MIT
#include <pottle/async/detail/finished.hpp>
#include <pottle/async/detail/group.hpp>
#include <pottle/async/detail/root.hpp>

namespace pottle::async::detail {

namespace {

Root watch(Group& group, std::coroutine_handle<> handle, PromiseBase& promise) {
    co_await Finished{handle, promise};
    if (promise.error()) group.task_fails(promise.error());
    group.task_ends();
}

/// A cancelled task is no error of its group: whoever cancelled it knows.
bool is_cancelled(const std::exception_ptr& error) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace

void Group::start(std::coroutine_handle<> handle, PromiseBase& promise) {
    if (scope_.cancelled()) return;
    if (promise.start(handle, &scope_, nullptr, {})) {
        task_begins();
        watch(*this, handle, promise).run(scope_);
    } else if (promise.error()) {
        task_fails(promise.error());
    }
}

void Group::task_fails(std::exception_ptr error) noexcept {
    if (error_ || is_cancelled(error)) return;
    error_ = std::move(error);
    scope_.cancel();
}

void Group::task_ends() noexcept {
    if (--running_ == 0 && waiting_) std::exchange(waiting_, nullptr)->wake();
}

bool Group::All::suspend(std::coroutine_handle<> self, CancelScope& scope) {
    awaiting_ = &scope;
    self_ = self;
    if (scope.cancelled()) group_.scope_.cancel(scope.reason());
    if (group_.running_ == 0) return false;
    if (!scope.cancelled()) scope.add(*this);
    group_.waiting_ = this;
    return true;
}

void Group::All::await_resume() const {
    if (group_.error_) std::rethrow_exception(std::exchange(group_.error_, nullptr));
    awaiting_->check();
}

}  // namespace pottle::async::detail
