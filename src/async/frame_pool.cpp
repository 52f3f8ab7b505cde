// SPDX-License-Identifier: MIT
#include "sanitizers.hpp"

#include <pottle/async/frame_pool.hpp>

#include <array>
#include <cstdint>
#include <new>
#include <utility>

namespace pottle::async::detail {

namespace {

constexpr std::size_t kClassBytes = 64;
constexpr std::size_t kClasses = 32;

/// Kept per class: at most 256 * 64 * (1 + ... + 32) bytes = 8.3 MiB a thread with all classes
/// full. None under a sanitizer, which sees the use of a freed frame, or its hand-over to another
/// thread, only when frames are not recycled.
constexpr std::uint32_t kRoom = POTTLE_ASAN || POTTLE_TSAN ? 0 : 256;

struct FreeFrame {
    FreeFrame* next;
};
struct FreeFrames {
    FreeFrame* first = nullptr;
    std::uint32_t room = kRoom;  ///< how many more frames the list takes
};

// Constant-initialised and without a destructor, so that no wrapper guards the access. A frame that
// is freed on another thread than it came from simply joins that thread's list.
constinit thread_local std::array<FreeFrames, kClasses> pool{};
constinit thread_local std::size_t heap_calls = 0;

/// Frees the lists when the thread ends, and closes them to frames that are freed still later.
struct Cleaner {
    ~Cleaner() {
        for (FreeFrames& frames : pool) {
            frames.room = 0;
            while (frames.first) ::operator delete(std::exchange(frames.first, frames.first->next));
        }
    }
};

constexpr std::size_t class_of(std::size_t size) {
    return (size - 1) / kClassBytes;
}

[[gnu::noinline]] void* allocate_on_heap(std::size_t size) {
    [[maybe_unused]] thread_local Cleaner cleaner;
    ++heap_calls;
    const std::size_t index = class_of(size);
    return ::operator new(index < kClasses ? (index + 1) * kClassBytes : size);
}

}  // namespace

void* allocate_frame(std::size_t size) {
    if (const std::size_t index = class_of(size); index < kClasses) [[likely]] {
        FreeFrames& frames = pool[index];
        if (FreeFrame* frame = frames.first) [[likely]] {
            frames.first = frame->next;
            ++frames.room;
            return frame;
        }
    }
    return allocate_on_heap(size);
}

void free_frame(void* frame, std::size_t size) noexcept {
    if (const std::size_t index = class_of(size); index < kClasses) [[likely]] {
        FreeFrames& frames = pool[index];
        if (frames.room > 0) [[likely]] {
            --frames.room;
            frames.first = new (frame) FreeFrame{frames.first};
            return;
        }
    }
    ::operator delete(frame);
}

std::size_t frame_heap_calls() noexcept {
    return heap_calls;
}

}  // namespace pottle::async::detail
