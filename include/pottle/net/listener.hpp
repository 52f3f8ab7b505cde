// SPDX-License-Identifier: MIT
/// \file
/// Listener: a bound, listening socket. Accepting is Acceptor's (acceptor.hpp).
#pragma once

#include <pottle/net/address.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pottle::net {

struct ListenOptions {
    /// Whether several sockets may be bound to the same address, one for each loop; the kernel then
    /// spreads connections by their addresses, and a stuck loop keeps what fell to it.
    enum class ReusePort : std::uint8_t { No, Yes };

    /// Connections that the kernel holds until they are accepted. The system may cap it
    /// (net.core.somaxconn, 4,096 by default on Linux).
    int backlog = 1024;
    ReusePort reuse_port = ReusePort::No;
    /// Unix sockets: the permissions of the file, for example 0660. Empty: by the umask.
    std::optional<unsigned> unix_permissions = {};
};

/// A listening socket. A copyable handle: the descriptor is closed, and the file of a Unix socket
/// that this process bound is removed, when the last copy is gone or closed.
///
/// Thread: copies may live on different threads; one copy belongs to one.
class Listener {
public:
    /// Binds and listens. A name is looked up (which may block) and its first IPv4 address is
    /// taken, or its first address when it has none; an empty host is every IPv4 interface. IPv6
    /// sockets take IPv6 only, so that "0.0.0.0:80" and "[::]:80" can stand side by side. The file
    /// of a Unix socket that nobody listens at is replaced; any other file is refused.
    ///
    /// Errors: the message names the address and the cause.
    static SetupResult<Listener> bind(const Address& address, const ListenOptions& options = {});

    /// The address with the real port, for the log line: "127.0.0.1:43671", "[::1]:8000",
    /// "unix:/run/x.sock".
    const std::string& address() const noexcept;
    /// 0 for Unix sockets.
    std::uint16_t port() const noexcept;
    bool is_unix() const noexcept;

    /// Precondition: open().
    int descriptor() const noexcept;
    bool open() const noexcept { return socket_ != nullptr; }
    /// Gives this copy up.
    void close() noexcept { socket_.reset(); }

    /// Another socket bound to the same address, for another loop.
    /// Precondition: bound with ReusePort::Yes.
    SetupResult<Listener> bind_again() const;

private:
    struct Socket;

    explicit Listener(std::shared_ptr<const Socket> socket) noexcept;
    static SetupResult<Listener> bind_tcp(const Address& address, const ListenOptions& options);
    static SetupResult<Listener> bind_unix(const Address& address, const ListenOptions& options);
    static SetupResult<Listener> inherit(const Address& address, const ListenOptions& options);

    /// Shared by the copies: the server's and one in each loop's acceptor.
    std::shared_ptr<const Socket> socket_;
};

/// The sockets handed to this process by a service manager (LISTEN_PID, LISTEN_FDS): "fd://3" and
/// on. Empty when there are none.
std::vector<Address> inherited_addresses();

}  // namespace pottle::net
