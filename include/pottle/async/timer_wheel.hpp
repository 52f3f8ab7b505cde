// SPDX-License-Identifier: MIT
/// \file
/// TimerWheel: all timers of one loop. Four levels of 64 slots, ticks of 1 ms, intrusive lists, so
/// that starting and stopping cost a few nanoseconds however many timers are active.
///
/// Level n holds timers that are 64^n to 64^(n+1) ticks ahead; when the clock reaches the start of
/// a slot, its timers move to the level below. Deadlines more than 64^4 ticks (4.6 h) ahead wait in
/// the last slot and are sorted in again from there.
///
/// Invariants:
/// 1. A timer fires at the first tick that is not before its deadline: never early, less than one
///    tick late.
/// 2. Timers fire in the order of their ticks, and within one tick in the order they were started.
/// 3. A timer is inactive when its on_timer() is called, which may start and stop any timer.
/// 4. A timer started with a deadline that has passed fires in the next advance(), not in this one,
///    so that a timer which restarts itself cannot hold up the loop.
#pragma once

#include <pottle/async/executor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace pottle::async {

/// A resource. Thread: one; the wheel has no lock.
class TimerWheel {
public:
    explicit TimerWheel(SteadyTime now) noexcept;
    /// Timers that are still active become inactive and never fire.
    ~TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    /// Starts `timer`, or restarts it when it is active.
    void start(Timer& timer, SteadyTime deadline) noexcept;
    /// Does nothing when the timer is not active.
    void stop(Timer& timer) noexcept;

    /// Moves the clock to `now` and fires what is due. A clock that went back is ignored.
    /// Returns: the number of timers fired.
    std::size_t advance(SteadyTime now) noexcept;

    /// When advance() has to be called next; empty when no timer is active. May lie before the next
    /// deadline (when a slot has to be sorted in), never after it.
    std::optional<SteadyTime> next_deadline() noexcept;

private:
    using Tick = std::int64_t;  // milliseconds since `origin_`
    static constexpr int kLevels = 4;
    static constexpr int kSlotBits = 6;
    static constexpr int kSlots = 1 << kSlotBits;
    static constexpr Tick kSpan = Tick{1} << (kLevels * kSlotBits);

    /// Head of a circular list.
    struct List final : Timer {
        List() noexcept;
        bool empty() const noexcept;
        Timer* first() const noexcept;
        Timer* last() const noexcept;
        void push_back(Timer& timer) noexcept;
        void push_front(Timer& timer) noexcept;
        void take_all(List& from) noexcept;
        void on_timer() noexcept override {}
    };
    struct Level {
        /// Bit n: slot n may hold timers. Stopping leaves the bit; who finds the slot empty clears
        /// it.
        std::uint64_t occupied = 0;
        std::array<List, kSlots> slots;
    };
    static constexpr Tick kNever = INT64_MAX;

    static void unlink(Timer& timer) noexcept;
    Tick deadline_tick(SteadyTime deadline) const noexcept;
    SteadyTime time_of(Tick tick) const noexcept;
    List& list_for(Tick tick) noexcept;
    Tick next_event() noexcept;
    Tick next_event(int level) noexcept;
    void cascade(int level) noexcept;
    std::size_t fire(List& from) noexcept;

    const SteadyTime origin_;
    Tick current_ = 0;
    List overdue_;
    std::array<Level, kLevels> levels_;
};

}  // namespace pottle::async
