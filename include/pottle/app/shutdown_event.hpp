// SPDX-License-Identifier: MIT
/// \file
/// ShutdownEvent: how handlers that run for long learn that the server is about to stop.
#pragma once

#include <pottle/async/task.hpp>

namespace pottle {

namespace app {
class BackgroundCore;
}

/// APP-11: set at the very start of shutdown, while requests still have their grace. A resource of
/// its application; handlers and hooks take it as `ShutdownEvent&`.
class ShutdownEvent {
public:
    explicit ShutdownEvent(app::BackgroundCore& core) noexcept : core_(core) {}
    ShutdownEvent(const ShutdownEvent&) = delete;
    ShutdownEvent& operator=(const ShutdownEvent&) = delete;

    /// Thread: any.
    bool is_set() const noexcept;
    /// Wakes everybody who waits, on every loop. Thread: any.
    void set() noexcept;
    /// Returns when the event is set. Cancel: safe. Thread: a loop of the application.
    Task<> wait();

private:
    app::BackgroundCore& core_;
};

}  // namespace pottle
