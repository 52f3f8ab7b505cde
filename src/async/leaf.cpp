// SPDX-License-Identifier: MIT
#include <pottle/async/leaf.hpp>
#include <pottle/base/require.hpp>

namespace pottle::async {

bool Leaf::suspend(std::coroutine_handle<> self, CancelScope* scope) {
    POTTLE_REQUIRE(scope, "a coroutine runs without a scope");
    self_ = self;
    scope_ = scope;
    reason_ = scope->reason();
    if (scope->cancelled()) return false;
    scope->add(*this);
    if (arm()) return true;
    unlink();
    return false;
}

void Leaf::complete() noexcept {
    unlink();
    executor().defer(*this);
}

void resume_waiter(std::coroutine_handle<> coroutine, const CancelScope& scope) noexcept {
    if (ResumeWatch* const watch = scope.executor().resume_watch()) [[unlikely]]
        watch->resume(coroutine, scope);
    else
        coroutine.resume();
}

void Leaf::run() noexcept {
    resume_waiter(self_, scope());
}

void Leaf::on_cancel() noexcept {
    disarm();
    reason_ = scope_->reason();
    executor().defer(*this);
}

}  // namespace pottle::async
