// SPDX-License-Identifier: MIT
/// \file
/// Lock: mutual exclusion between coroutines of one loop, which may be held across an await (a
/// std::mutex may not).
#pragma once

#include <pottle/async/semaphore.hpp>

namespace pottle::async {

/// A resource. Fair, not recursive. Thread: one loop; it guards nothing against other threads.
class Lock {
public:
    /// Unlocks when destroyed.
    using Guard = Semaphore::Permit;

    bool locked() const noexcept { return semaphore_.available() == 0; }

    /// `auto guard = co_await lock.acquire();` Cancel: safe.
    Semaphore::Acquire acquire() noexcept { return semaphore_.acquire(); }
    std::optional<Guard> try_acquire() noexcept { return semaphore_.try_acquire(); }

private:
    Semaphore semaphore_{1};
};

}  // namespace pottle::async
