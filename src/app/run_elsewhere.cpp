// SPDX-License-Identifier: MIT
#include <pottle/app/shim.hpp>

namespace pottle::app::detail {

Task<> run_elsewhere(Mode mode, void (*work)(void*), void* data) {
    (void)mode;
    work(data);
    co_return;
}

}  // namespace pottle::app::detail
