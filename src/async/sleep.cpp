// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>

namespace pottle::async {

bool Sleep::arm() {
    executor().start_timer(*this, executor().now() + duration_);
    return true;
}

void Sleep::disarm() noexcept {
    executor().stop_timer(*this);
}

}  // namespace pottle::async
