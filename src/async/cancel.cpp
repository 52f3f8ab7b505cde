// SPDX-License-Identifier: MIT
#include <pottle/async/cancel.hpp>

namespace pottle::async {

void CancelHook::on_scope_end(CancelScope*) noexcept {}

CancelScope::CancelScope(CancelScope& parent, Executor& executor) noexcept
    : executor_(executor), parent_(&parent), reason_(parent.reason_) {
    parent.add(*this);
}

void CancelScope::cancel(CancelReason reason) noexcept {
    if (cancelled()) return;
    reason_ = reason == CancelReason::None ? CancelReason::Requested : reason;
    // Children hang on again behind the last hook that is told.
    Head last;
    add(last);
    while (first_.next_ != &last) {
        CancelHook* hook = first_.next_;
        hook->unlink();
        hook->on_cancel();
    }
}

void ScopeContext::coroutine_failed(const void*, const std::exception_ptr&) noexcept {}

ScopeContext* CancelScope::find_context() const noexcept {
    for (const CancelScope* scope = this; scope; scope = scope->parent_)
        if (scope->context_) return scope->context_;
    return nullptr;
}

void CancelScope::on_cancel() noexcept {
    cancel(parent_->reason_);
    parent_->add(*this);
}

void CancelScope::on_scope_end(CancelScope* above) noexcept {
    parent_ = above;
    if (above) above->add(*this);
}

void CancelScope::leave_hooks() noexcept {
    while (first_.next_ != &first_) {
        CancelHook* hook = first_.next_;
        hook->unlink();
        hook->on_scope_end(parent_);
    }
}

}  // namespace pottle::async
