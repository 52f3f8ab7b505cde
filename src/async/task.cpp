// SPDX-License-Identifier: MIT
#include <pottle/async/task.hpp>

namespace pottle::async {

namespace {
/// Where the coroutine's code is. Every compiler's frame begins with the function that resumes it,
/// and the promise stands behind that one and the function that destroys it.
const void* code_of(PromiseBase& promise) noexcept {
    const void* const frame = std::coroutine_handle<PromiseBase>::from_promise(promise).address();
    return *static_cast<const void* const*>(frame);
}
}  // namespace

void PromiseBase::unhandled_exception() noexcept {
    error_ = std::current_exception();
    ScopeContext* const context = scope_ ? scope_->find_context() : nullptr;
    if (context) context->coroutine_failed(code_of(*this), error_);
}

}  // namespace pottle::async
