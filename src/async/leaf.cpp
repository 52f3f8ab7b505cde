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

void Leaf::run() noexcept {
    if (ResumeWatch* const watch = executor().resume_watch()) [[unlikely]]
        watch->resume(self_, scope());
    else
        self_.resume();
}

void Leaf::on_cancel() noexcept {
    disarm();
    reason_ = scope_->reason();
    executor().defer(*this);
}

}  // namespace pottle::async
