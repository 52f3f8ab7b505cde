// SPDX-License-Identifier: MIT
#include <pottle/async/executor.hpp>

#include <chrono>

namespace pottle::async {

std::int64_t Executor::unix_now() const noexcept {
    // Not std::time(): that clock lags by up to a tick of the kernel, and what another process of
    // this machine signed a moment ago would come from the future.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<Seconds>(now).count();
}

}  // namespace pottle::async
