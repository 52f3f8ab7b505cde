// SPDX-License-Identifier: MIT
/// \file
/// Finished: waits for a coroutine that was started without an awaiter, whatever its result type,
/// and leaves the result where it is.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::async::detail {

struct Finished {
    std::coroutine_handle<> handle;
    PromiseBase& promise;  ///< of the same coroutine
    bool await_ready() const noexcept { return handle.done(); }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const noexcept {
        promise.set_continuation(&parent.promise(), parent);
    }
    void await_resume() const noexcept {}
};

}  // namespace pottle::async::detail
