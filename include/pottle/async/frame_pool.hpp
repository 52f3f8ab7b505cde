// SPDX-License-Identifier: MIT
/// \file
/// Memory of coroutine frames: per-thread free lists in 64-byte classes up to 2 KiB, so that a
/// coroutine costs no heap call in the steady state. When the library is built with a sanitizer
/// the lists stay empty and every frame is a plain allocation, so that a use after free is seen.
///
/// The fast paths are inline because the size of a frame is a constant where they are called. The
/// lists are constant-initialised and need no destructor, so that no wrapper guards the access.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pottle::async::detail {

inline constexpr std::size_t kFrameClassBytes = 64;
inline constexpr std::size_t kFrameClasses = 32;

struct FreeFrame {
    FreeFrame* next;
};
struct FreeFrames {
    FreeFrame* first = nullptr;
    std::uint32_t room = 0;  ///< how many more frames the list takes
};
/// A frame that is freed on another thread than it came from simply joins that thread's list.
struct FramePool {
    FreeFrames classes[kFrameClasses];
};
extern constinit thread_local FramePool frame_pool;

void* allocate_frame_on_heap(std::size_t size);
void free_frame_on_heap(void* frame) noexcept;

constexpr std::size_t frame_class(std::size_t size) {
    return (size - 1) / kFrameClassBytes;
}

inline void* allocate_frame(std::size_t size) {
    if (frame_class(size) < kFrameClasses) [[likely]] {
        FreeFrames& frames = frame_pool.classes[frame_class(size)];
        if (FreeFrame* frame = frames.first) [[likely]] {
            frames.first = frame->next;
            ++frames.room;
            return frame;
        }
    }
    return allocate_frame_on_heap(size);
}

inline void free_frame(void* frame, std::size_t size) noexcept {
    if (frame_class(size) < kFrameClasses) [[likely]] {
        FreeFrames& frames = frame_pool.classes[frame_class(size)];
        if (frames.room > 0) [[likely]] {
            --frames.room;
            auto* const free = static_cast<FreeFrame*>(frame);
            free->next = frames.first;
            frames.first = free;
            return;
        }
    }
    free_frame_on_heap(frame);
}

/// Frames taken from the heap and not from a free list on this thread, for tests and the benchmark.
std::size_t frame_heap_calls() noexcept;

}  // namespace pottle::async::detail
