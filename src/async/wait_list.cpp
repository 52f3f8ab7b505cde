// SPDX-License-Identifier: MIT
#include <pottle/async/detail/wait_list.hpp>

namespace pottle::async::detail {

void Waiter::disarm() noexcept {
    list_->remove(*this);
}

void WaitList::push(Waiter& waiter) noexcept {
    waiter.list_ = this;
    waiter.previous_ = last_;
    waiter.next_ = nullptr;
    (last_ ? last_->next_ : first_) = &waiter;
    last_ = &waiter;
}

void WaitList::remove(Waiter& waiter) noexcept {
    (waiter.previous_ ? waiter.previous_->next_ : first_) = waiter.next_;
    (waiter.next_ ? waiter.next_->previous_ : last_) = waiter.previous_;
}

Waiter* WaitList::pop() noexcept {
    Waiter* waiter = first_;
    if (waiter) remove(*waiter);
    return waiter;
}

void WaitList::wake_all() noexcept {
    while (Waiter* waiter = pop()) wake(*waiter);
}

}  // namespace pottle::async::detail
