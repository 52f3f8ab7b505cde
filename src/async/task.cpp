// SPDX-License-Identifier: MIT
#include <pottle/async/task.hpp>

namespace pottle::async {

void PromiseBase::unhandled_exception() noexcept {
    error_ = std::current_exception();
}

}  // namespace pottle::async
