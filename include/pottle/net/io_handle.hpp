// SPDX-License-Identifier: MIT
/// \file
/// IoHandle: an object that a Loop tells of events on its descriptor.
#pragma once

#include <cstdint>

namespace pottle::net {

class Loop;

/// Base of everything registered with a Loop. A resource: it stays where it is while it is watched,
/// and unwatches itself before it dies (Loop::unwatch, Loop::close).
/// Thread: its loop's.
class IoHandle {
public:
    IoHandle(const IoHandle&) = delete;
    IoHandle& operator=(const IoHandle&) = delete;

    int descriptor() const noexcept { return descriptor_; }

protected:
    explicit IoHandle(int descriptor) noexcept : descriptor_(descriptor) {}
    ~IoHandle() = default;

    /// Called once per turn with the EPOLL* bits that came, or 0 after Loop::notify_later(). It may
    /// destroy this or any other handle.
    virtual void on_events(std::uint32_t events) noexcept = 0;

private:
    friend class Loop;
    IoHandle* next_to_notify_ = nullptr;
    int descriptor_;
    bool notify_queued_ = false;
};

}  // namespace pottle::net
