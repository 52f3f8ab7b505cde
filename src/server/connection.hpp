// SPDX-License-Identifier: MIT
/// \file
/// Connection: what a LoopContext holds, drains and aborts, whatever protocol it speaks: HTTP/1.x,
/// HTTP/2, a WebSocket session, a QUIC connection. What such a connection does is its own class's
/// business.
#pragma once

#include <pottle/async/cancel.hpp>

namespace pottle::server {

class LoopContext;

/// A resource, owned by its LoopContext from the constructor to LoopContext::bury().
/// Thread: its loop's.
class Connection {
public:
    /// Leaves the list, if it was not buried.
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Starts serving. The connection may be buried when this returns.
    virtual void start() noexcept = 0;
    /// Ends it in an orderly way: at once when idle, after what is in progress when busy.
    virtual void drain() noexcept = 0;
    /// Ends it without regard: cancels what runs.
    virtual void abort(CancelReason reason) noexcept = 0;

protected:
    /// Joins the list of `context`.
    explicit Connection(LoopContext& context) noexcept;

private:
    friend class LoopContext;
    LoopContext* context_;            // null when buried
    Connection* previous_ = nullptr;  // in the context's list
    Connection* next_ = nullptr;
};

}  // namespace pottle::server
