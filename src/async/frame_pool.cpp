// SPDX-License-Identifier: MIT
#include "sanitizers.hpp"

#include <pottle/async/frame_pool.hpp>

#include <array>
#include <new>
#include <utility>

namespace pottle::async::detail {

// A sanitizer sees the use of a freed frame, or its hand-over to another thread, only when it is
// not recycled.
#define POTTLE_POOLED_FRAMES (!POTTLE_ASAN && !POTTLE_TSAN)

namespace {

thread_local std::size_t heap_calls = 0;

#if POTTLE_POOLED_FRAMES

constexpr std::size_t kClassBytes = 64;
constexpr std::size_t kClasses = 32;  // frames up to 2 KiB are recycled
constexpr std::size_t kKeptPerClass =
    256;  // at most 256 * 64 * (1 + ... + 32) = 8.6 MiB a thread, all classes full

struct FreeFrame {
    FreeFrame* next;
};
struct FreeList {
    FreeFrame* first = nullptr;
    std::size_t count = 0;
};

/// A frame that is freed on another thread than it came from simply joins that thread's list.
struct Pool {
    std::array<FreeList, kClasses> lists{};
    ~Pool() {
        for (FreeList& list : lists)
            while (list.first) ::operator delete(std::exchange(list.first, list.first->next));
    }
};

thread_local Pool pool;

constexpr std::size_t class_of(std::size_t size) {
    return (size - 1) / kClassBytes;
}

#endif

}  // namespace

void* allocate_frame(std::size_t size) {
#if POTTLE_POOLED_FRAMES
    const std::size_t index = class_of(size);
    if (index < kClasses) [[likely]] {
        FreeList& list = pool.lists[index];
        if (list.first) [[likely]] {
            --list.count;
            return std::exchange(list.first, list.first->next);
        }
        ++heap_calls;
        return ::operator new((index + 1) * kClassBytes);
    }
#endif
    ++heap_calls;
    return ::operator new(size);
}

void free_frame(void* frame, [[maybe_unused]] std::size_t size) noexcept {
#if POTTLE_POOLED_FRAMES
    const std::size_t index = class_of(size);
    if (index < kClasses) [[likely]] {
        FreeList& list = pool.lists[index];
        if (list.count < kKeptPerClass) [[likely]] {
            ++list.count;
            list.first = new (frame) FreeFrame{list.first};
            return;
        }
    }
#endif
    ::operator delete(frame);
}

std::size_t frame_heap_calls() noexcept {
    return heap_calls;
}

}  // namespace pottle::async::detail
