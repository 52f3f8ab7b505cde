// SPDX-License-Identifier: MIT
#include <pottle/app/shim.hpp>
#include <pottle/async/fibre.hpp>
#include <pottle/async/run_blocking.hpp>

namespace pottle::app::detail {

Task<> run_elsewhere(Mode mode, void (*work)(void*), void* data) {
    return mode == Mode::Blocking ? run_blocking(work, data) : run_fibre(work, data);
}

}  // namespace pottle::app::detail
