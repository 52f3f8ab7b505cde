// SPDX-License-Identifier: MIT
/// \file
/// LingeringCloser: ends connections so that the peer gets the last response.
///
/// Closing a TCP socket while the peer still sends (the rest of a refused body, the next pipelined
/// request) makes the system answer with a reset, and the peer may lose what it has not read. So
/// the write side is shut first, and what comes is read and thrown away for a bounded time
/// (RFC 9112 9.6).
#pragma once

#include <pottle/async/stream.hpp>

#include <cstddef>
#include <memory>

namespace pottle::net {

struct LingeringCloserOptions {
    /// Longest time from the last octet sent to the end, however much the peer sends. 0: none.
    Milliseconds timeout{2'000};
    /// Longest time for what the stream has still to send (Stream::has_unsent). 0: no limit.
    Milliseconds send_timeout{30'000};
    /// Bytes read and thrown away for one connection; after them it is closed. A client that sends
    /// a huge body against a refusal is not worth more.
    std::size_t max_discarded = std::size_t{1} << 20;
    /// Connections lingering at once; beyond it the oldest is closed.
    std::size_t max_streams = 1024;
};

/// A resource, one per loop; works on any executor. Thread: its executor's.
/// Lifetime: dies before its executor; the streams still lingering are closed with it.
class LingeringCloser {
public:
    explicit LingeringCloser(async::Executor& executor, LingeringCloserOptions options = {});
    ~LingeringCloser();
    LingeringCloser(const LingeringCloser&) = delete;
    LingeringCloser& operator=(const LingeringCloser&) = delete;

    /// Shuts the write side behind what is still to be sent, discards what the peer sends, and
    /// destroys the stream at the peer's end, a failure, or a limit. The stream's observer is
    /// replaced; it may be called from an observer's callback.
    void close(std::unique_ptr<async::Stream> stream) noexcept;

    std::size_t size() const noexcept { return count_; }

private:
    class Lingering;

    void drop(Lingering& lingering) noexcept;

    async::Executor& executor_;
    const LingeringCloserOptions options_;
    Lingering* first_ = nullptr;  // oldest first
    Lingering* last_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace pottle::net
