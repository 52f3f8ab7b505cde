// SPDX-License-Identifier: MIT
/// \file
/// QuicRouter: brings datagrams to the loop that owns their connection. The kernel spreads
/// datagrams over the loops' sockets by their addresses, so those of a client that moved come out
/// at the wrong loop; its connection id tells the right one.
#pragma once

#include <pottle/net/quic/endpoint.hpp>

#include <memory>
#include <vector>

namespace pottle::net {

/// A resource, one per process; outlives its endpoints. Thread: any, but for attach() and detach().
class QuicRouter {
public:
    /// `limit`: datagrams that may wait for one endpoint; beyond it they are dropped.
    QuicRouter(std::size_t loops, std::size_t ports, std::size_t limit);
    ~QuicRouter();
    QuicRouter(const QuicRouter&) = delete;
    QuicRouter& operator=(const QuicRouter&) = delete;

    /// Thread: the endpoint's loop.
    void attach(std::size_t loop, std::size_t port, async::Executor& executor,
                QuicEndpoint& endpoint);
    void detach(std::size_t loop, std::size_t port) noexcept;

    /// Copies the datagram to the endpoint at `port` of another loop. Returns: false when there is
    /// none or too much waits for it.
    bool hand_over(QuicRoute route, std::size_t port, const Datagram& datagram) noexcept;

private:
    class Mailbox;
    const std::size_t ports_;
    std::vector<std::unique_ptr<Mailbox>> mailboxes_;
};

}  // namespace pottle::net
