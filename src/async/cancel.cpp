// SPDX-License-Identifier: MIT
#include <pottle/async/cancel.hpp>

namespace pottle::async {

void CancelScope::make_empty() noexcept {
    first_.previous_ = first_.next_ = &first_;
}

CancelScope::CancelScope(CancelScope& parent, Executor& executor) noexcept
    : executor_(executor), parent_(&parent), reason_(parent.reason_) {
    make_empty();
    if (!parent.cancelled()) parent.add(*this);
}

void CancelScope::cancel(CancelReason reason) noexcept {
    if (cancelled()) return;
    reason_ = reason == CancelReason::None ? CancelReason::Requested : reason;
    while (first_.next_ != &first_) {
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
}

}  // namespace pottle::async
