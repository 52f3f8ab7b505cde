// SPDX-License-Identifier: MIT
#include <pottle/async/executor.hpp>

#include <ctime>

namespace pottle::async {

std::int64_t Executor::unix_now() const noexcept {
    return std::time(nullptr);
}

}  // namespace pottle::async
