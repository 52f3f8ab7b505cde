// SPDX-License-Identifier: MIT
/// \file
/// SignalWatcher: signals of the process as events of a loop.
#pragma once

#include <pottle/net/io_handle.hpp>
#include <pottle/net/loop.hpp>

#include <initializer_list>

namespace pottle::net {

/// Told of signals.
class SignalObserver {
public:
    /// Called on the watcher's loop, once for each signal that arrived; the system merges equal
    /// signals that arrive faster than they are taken.
    virtual void on_signal(int signal) noexcept = 0;

protected:
    ~SignalObserver() = default;
};

/// A resource; at most one in a process for each signal.
///
/// Blocks its signals in the calling thread, so make it before any other thread is started: they
/// inherit that. It also ignores SIGPIPE for good, since sendfile(2) to a closed socket raises it.
/// Lifetime: `observer` outlives it; it dies before its loop, on the thread that made it.
class SignalWatcher final : private IoHandle {
public:
    /// Errors: throws std::system_error when the process is out of descriptors.
    SignalWatcher(Loop& loop, std::initializer_list<int> signals, SignalObserver& observer);
    /// Unblocks the signals that were not blocked before; those that are waiting take their default
    /// action then.
    ~SignalWatcher();

private:
    void on_events(std::uint32_t events) noexcept override;

    Loop& loop_;
    SignalObserver& observer_;
    /// A 64-bit mask as the kernel keeps it: bit n is signal n + 1.
    std::uint64_t blocked_here_ = 0;
};

/// Makes writes to closed sockets and pipes fail with an error instead of killing the process.
void ignore_broken_pipes() noexcept;

}  // namespace pottle::net
