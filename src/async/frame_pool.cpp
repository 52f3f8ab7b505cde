// SPDX-License-Identifier: MIT
#include "sanitizers.hpp"

#include <pottle/async/frame_pool.hpp>

#include <new>
#include <utility>

namespace pottle::async::detail {

namespace {

/// Kept per class: at most 256 * 64 * (1 + ... + 32) bytes = 8.3 MiB a thread with all classes
/// full. None under a sanitizer, which sees the use of a freed frame, or its hand-over to another
/// thread, only when frames are not recycled.
constexpr std::uint32_t kRoom = POTTLE_ASAN || POTTLE_TSAN ? 0 : 256;

constexpr FramePool make_pool() {
    FramePool pool;
    for (FreeFrames& frames : pool.classes) frames.room = kRoom;
    return pool;
}

/// Frees the lists when the thread ends, and closes them to frames that are freed still later.
struct Cleaner {
    ~Cleaner() {
        for (FreeFrames& frames : frame_pool.classes) {
            frames.room = 0;
            while (frames.first) ::operator delete(std::exchange(frames.first, frames.first->next));
        }
    }
};

constinit thread_local std::size_t heap_calls = 0;

}  // namespace

constinit thread_local FramePool frame_pool = make_pool();

void* allocate_frame_on_heap(std::size_t size) {
    [[maybe_unused]] thread_local Cleaner cleaner;
    ++heap_calls;
    const std::size_t index = frame_class(size);
    if (index >= kFrameClasses) return ::operator new(size);
    return ::operator new((index + 1) * kFrameClassBytes);
}

void free_frame_on_heap(void* frame) noexcept {
    ::operator delete(frame);
}

std::size_t frame_heap_calls() noexcept {
    return heap_calls;
}

}  // namespace pottle::async::detail
