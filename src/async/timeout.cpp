// SPDX-License-Identifier: MIT
#include <pottle/async/timeout.hpp>

namespace pottle {

TimedOut::~TimedOut() = default;

const char* TimedOut::what() const noexcept {
    return "timed out";
}

namespace async::detail {

Deadline::Deadline(CancelScope& parent, SteadyTime::duration duration) noexcept
    : parent_(parent), scope_(parent) {
    Executor& executor = parent.executor();
    executor.start_timer(*this, executor.now() + duration);
}

Deadline::~Deadline() {
    scope_.executor().stop_timer(*this);
}

void Deadline::on_timer() noexcept {
    fired_ = true;
    scope_.cancel(CancelReason::TimedOut);
}

}  // namespace async::detail
}  // namespace pottle
