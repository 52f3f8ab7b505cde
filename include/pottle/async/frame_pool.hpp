// SPDX-License-Identifier: MIT
/// \file
/// Memory of coroutine frames: per-thread free lists in 64-byte classes up to 2 KiB, so that a
/// coroutine costs no heap call in the steady state. When the library is built with a sanitizer
/// every frame is a plain allocation, so that a use after free is seen.
///
/// Not inline: two calls cost 2 ns, but every coroutine of a user's program would compile a copy
/// (8 ms each).
#pragma once

#include <cstddef>

namespace pottle::async::detail {

void* allocate_frame(std::size_t size);
void free_frame(void* frame, std::size_t size) noexcept;

/// Frames taken from the heap and not from a free list on this thread, for tests and the benchmark.
std::size_t frame_heap_calls() noexcept;

}  // namespace pottle::async::detail
