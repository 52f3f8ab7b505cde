// SPDX-License-Identifier: MIT
#include <pottle/async/timer_wheel.hpp>

#include <algorithm>
#include <bit>

namespace pottle::async {

namespace {
constexpr std::int64_t kTickNanoseconds = 1'000'000;
}

TimerWheel::List::List() noexcept {
    previous_ = next_ = this;
}

bool TimerWheel::List::empty() const noexcept {
    return next_ == this;
}

Timer* TimerWheel::List::first() const noexcept {
    return next_;
}

Timer* TimerWheel::List::last() const noexcept {
    return previous_;
}

void TimerWheel::List::push_back(Timer& timer) noexcept {
    timer.previous_ = previous_;
    timer.next_ = this;
    previous_->next_ = &timer;
    previous_ = &timer;
}

void TimerWheel::List::push_front(Timer& timer) noexcept {
    timer.previous_ = this;
    timer.next_ = next_;
    next_->previous_ = &timer;
    next_ = &timer;
}

/// Precondition: this list is empty.
void TimerWheel::List::take_all(List& from) noexcept {
    if (from.empty()) return;
    next_ = from.next_;
    previous_ = from.previous_;
    next_->previous_ = previous_->next_ = this;
    from.previous_ = from.next_ = &from;
}

TimerWheel::TimerWheel(SteadyTime now) noexcept : origin_(now) {}

TimerWheel::~TimerWheel() {
    const auto clear = [](List& list) {
        while (!list.empty()) unlink(*list.first());
    };
    clear(overdue_);
    for (Level& level : levels_) std::ranges::for_each(level.slots, clear);
}

void TimerWheel::unlink(Timer& timer) noexcept {
    timer.previous_->next_ = timer.next_;
    timer.next_->previous_ = timer.previous_;
    timer.previous_ = timer.next_ = nullptr;
}

void TimerWheel::start(Timer& timer, SteadyTime deadline) noexcept {
    if (timer.active()) unlink(timer);
    timer.deadline_ = deadline;
    const Tick tick = deadline_tick(deadline);
    (tick <= current_ ? overdue_ : list_for(tick)).push_back(timer);
}

void TimerWheel::stop(Timer& timer) noexcept {
    if (timer.active()) unlink(timer);
}

std::size_t TimerWheel::advance(SteadyTime now) noexcept {
    std::size_t fired = fire(overdue_);
    const Tick target = std::max<Tick>((now - origin_).count() / kTickNanoseconds, current_);
    for (Tick tick = next_event(); tick <= target; tick = next_event()) {
        current_ = tick;
        for (int level = kLevels - 1; level > 0; --level) cascade(level);
        fired += fire(levels_[0].slots[tick % kSlots]);
    }
    current_ = target;
    return fired;
}

std::optional<SteadyTime> TimerWheel::next_deadline() noexcept {
    if (!overdue_.empty()) return time_of(current_);
    const Tick tick = next_event();
    if (tick == kNever) return std::nullopt;
    return time_of(tick);
}

/// Rounds up: a timer must not fire early.
TimerWheel::Tick TimerWheel::deadline_tick(SteadyTime deadline) const noexcept {
    const Tick nanoseconds = (deadline - origin_).count();
    return nanoseconds / kTickNanoseconds + (nanoseconds % kTickNanoseconds > 0);
}

SteadyTime TimerWheel::time_of(Tick tick) const noexcept {
    return origin_ + Milliseconds(tick);
}

/// The slot for a timer that is due at `tick`, not before the current one.
TimerWheel::List& TimerWheel::list_for(Tick tick) noexcept {
    const Tick ahead = std::min(tick - current_, kSpan - 1);
    const int level =
        ahead < kSlots ? 0 : (int(std::bit_width(std::uint64_t(ahead))) - 1) / kSlotBits;
    const auto slot = std::size_t(((current_ + ahead) >> (level * kSlotBits)) % kSlots);
    levels_[level].occupied |= std::uint64_t{1} << slot;
    return levels_[level].slots[slot];
}

/// The next tick at which a slot of any level starts that holds timers.
TimerWheel::Tick TimerWheel::next_event() noexcept {
    Tick next = kNever;
    for (int level = 0; level < kLevels; ++level) next = std::min(next, next_event(level));
    return next;
}

TimerWheel::Tick TimerWheel::next_event(int level) noexcept {
    Level& wheel = levels_[level];
    const Tick turn = current_ >> (level * kSlotBits);
    const int first = int((turn + 1) % kSlots);  // the current slot is sorted in: it comes last
    while (wheel.occupied) {
        const int ahead = std::countr_zero(std::rotr(wheel.occupied, first));
        const int slot = (first + ahead) % kSlots;
        if (!wheel.slots[slot].empty()) return (turn + 1 + ahead) << (level * kSlotBits);
        wheel.occupied &= ~(std::uint64_t{1} << slot);
    }
    return kNever;
}

/// Sorts the slot of `level` that starts at the current tick into the levels below. Its timers were
/// started before those that are there already, hence they go in front, the last one first.
void TimerWheel::cascade(int level) noexcept {
    const Tick start = current_ >> (level * kSlotBits);
    if (start << (level * kSlotBits) != current_) return;
    const auto slot = std::size_t(start % kSlots);
    if (!(levels_[level].occupied >> slot & 1)) return;
    List moving;
    moving.take_all(levels_[level].slots[slot]);
    while (!moving.empty()) {
        Timer& timer = *moving.last();
        unlink(timer);
        list_for(deadline_tick(timer.deadline_)).push_front(timer);
    }
}

std::size_t TimerWheel::fire(List& from) noexcept {
    List due;
    due.take_all(from);
    std::size_t fired = 0;
    while (!due.empty()) {
        Timer& timer = *due.first();
        unlink(timer);
        timer.on_timer();
        ++fired;
    }
    return fired;
}

}  // namespace pottle::async
