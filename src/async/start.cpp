// SPDX-License-Identifier: MIT
#include <pottle/async/detail/root.hpp>
#include <pottle/async/start.hpp>

namespace pottle::async {

namespace {

detail::Root run_to_end(Task<> task, Completion& completion) {
    std::exception_ptr error;
    try {
        co_await std::move(task);
    } catch (...) {
        error = std::current_exception();
    }
    task = {};  // its parameters may refer to what on_done() destroys
    completion.on_done(std::move(error));
}

}  // namespace

void start(Task<> task, CancelScope& scope, Completion& completion) {
    run_to_end(std::move(task), completion).run(scope);
}

}  // namespace pottle::async
