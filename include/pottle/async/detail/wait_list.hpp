// SPDX-License-Identifier: MIT
/// \file
/// WaitList: the coroutines that wait for one thing (an event, a permit, room in a channel), first
/// come first served. Intrusive.
#pragma once

#include <pottle/async/leaf.hpp>

#include <utility>

namespace pottle::async::detail {

class WaitList;

/// A leaf that waits in a WaitList.
class Waiter : public Leaf {
public:
    Waiter(Waiter&& other) noexcept : Leaf(std::move(other)) {}

protected:
    Waiter() = default;
    ~Waiter() = default;
    void disarm() noexcept final;

private:
    friend class WaitList;
    WaitList* list_ = nullptr;
    Waiter* previous_ = nullptr;
    Waiter* next_ = nullptr;
};

/// Must be empty when it is destroyed: who waits would wait for ever.
class WaitList {
public:
    WaitList() = default;
    WaitList(const WaitList&) = delete;
    WaitList& operator=(const WaitList&) = delete;

    bool empty() const noexcept { return first_ == nullptr; }
    void push(Waiter& waiter) noexcept;
    /// The waiter that came first, or nullptr; it still has to be completed with wake().
    Waiter* pop() noexcept;
    void remove(Waiter& waiter) noexcept;

    static void wake(Waiter& waiter) noexcept { waiter.complete(); }
    void wake_all() noexcept;

private:
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
};

}  // namespace pottle::async::detail
