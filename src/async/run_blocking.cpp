// SPDX-License-Identifier: MIT
#include <pottle/async/run_blocking.hpp>

namespace pottle {

Overloaded::~Overloaded() = default;

const char* Overloaded::what() const noexcept {
    return "too much work is queued";
}

namespace async::detail {

void BlockingCall::await_suspend(std::coroutine_handle<> self) {
    self_ = self;
    if (!scope_.executor().run_blocking(*this)) throw Overloaded();
}

}  // namespace async::detail
}  // namespace pottle
