// SPDX-License-Identifier: MIT
/// \file
/// PerLoop<T>: one T for each event loop, found by the loop's executor without a lock.
#pragma once

#include <pottle/async/executor.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>

namespace pottle::app {

/// A resource. A T is made and destroyed on its loop's thread, and used there only.
///
/// Thread: any. A slot's executor is written last (release) when a T is made, and read first
/// (acquire): who sees the executor sees the T.
template <class T>
class PerLoop {
public:
    static constexpr std::size_t kMaxLoops = 256;

    void start(const async::Executor& loop) {
        const std::scoped_lock lock(mutex_);  // loops may start at the same time
        for (Slot& slot : slots_) {
            if (slot.loop.load(std::memory_order_relaxed)) continue;
            slot.value = std::make_unique<T>();
            slot.loop.store(&loop, std::memory_order_release);
            return;
        }
    }
    void stop(const async::Executor& loop) noexcept {
        const std::scoped_lock lock(mutex_);
        for (Slot& slot : slots_) {
            if (slot.loop.load(std::memory_order_relaxed) != &loop) continue;
            slot.loop.store(nullptr, std::memory_order_release);
            slot.value.reset();
            return;
        }
    }
    /// nullptr for a loop that was not started, and beyond kMaxLoops.
    T* find(const async::Executor& loop) noexcept {
        for (Slot& slot : slots_)
            if (slot.loop.load(std::memory_order_acquire) == &loop) return slot.value.get();
        return nullptr;
    }

private:
    struct Slot {
        std::atomic<const async::Executor*> loop{nullptr};
        std::unique_ptr<T> value{};
    };
    std::array<Slot, kMaxLoops> slots_;
    std::mutex mutex_;  // guards the choice of a slot
};

}  // namespace pottle::app
