// SPDX-License-Identifier: MIT
/// \file
/// Runs one task on a loop of its own: what a command needs, which serves nothing.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle::run_detail {

/// Runs `task` to its end, with a pool for blocking work. Returns what it returns, or throws what
/// it throws.
int run_on_loop(Task<int> task);

}  // namespace pottle::run_detail
