// SPDX-License-Identifier: MIT
/// \file
/// How code that is not a coroutine runs one: start() runs a task under a scope and tells a
/// Completion when it is over. This is where every chain of coroutines begins; inside coroutines
/// use Scope and gather.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::async {

/// Who is told that a started task is over.
class Completion {
public:
    /// Called once, when the frames of the task are gone; may destroy this object and the scope.
    /// `error` is null, or what the task threw, which may be Cancelled.
    /// Thread: the executor's own.
    virtual void on_done(std::exception_ptr error) noexcept = 0;

protected:
    ~Completion() = default;
};

/// Runs `task` at once, until it parks. When it does not park, on_done() is called before start()
/// returns.
///
/// Lifetime: `scope` and `completion` must live until on_done(); to end the task early, cancel the
/// scope.
/// Cost: one pooled frame.
/// Thread: the executor's own.
void start(Task<> task, CancelScope& scope, Completion& completion);

}  // namespace pottle::async
