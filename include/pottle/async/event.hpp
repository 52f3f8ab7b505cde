// SPDX-License-Identifier: MIT
/// \file
/// Event: a flag that coroutines of one loop wait for.
#pragma once

#include <pottle/async/detail/wait_list.hpp>

namespace pottle::async {

/// A resource; must outlive who waits. Thread: one loop.
class Event {
public:
    class [[nodiscard("co_await it")]] Wait final : public detail::Waiter {
    public:
        explicit Wait(Event& event) noexcept : event_(&event) {}
        void await_resume() const { check(); }

    private:
        bool arm() override {
            if (event_->set_) return false;
            event_->waiting_.push(*this);
            return true;
        }
        Event* event_;
    };

    bool is_set() const noexcept { return set_; }
    /// Wakes everybody who waits, even when clear() follows at once.
    void set() noexcept {
        set_ = true;
        waiting_.wake_all();
    }
    void clear() noexcept { set_ = false; }

    /// `co_await event.wait()`: returns at once when the event is set. Cancel: safe.
    Wait wait() noexcept { return Wait(*this); }

private:
    bool set_ = false;
    detail::WaitList waiting_;
};

}  // namespace pottle::async
