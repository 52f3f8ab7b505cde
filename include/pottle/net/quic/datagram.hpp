// SPDX-License-Identifier: MIT
/// \file
/// Datagrams: the addresses they travel between, and DatagramPort, the way out. UdpSocket
/// (udp_socket.hpp) is a port on a real network; a test has one in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

struct sockaddr;

namespace pottle::net {

/// An IPv4 or IPv6 address with its port. A value.
class SocketAddress {
public:
    SocketAddress() = default;
    /// Anything but IPv4 and IPv6 makes an empty address.
    explicit SocketAddress(const sockaddr& address) noexcept;

    const sockaddr* native() const noexcept { return reinterpret_cast<const sockaddr*>(octets_); }
    unsigned size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    bool is_v6() const noexcept;
    /// "192.0.2.1:5000" or "[2001:db8::1]:5000"
    std::string text() const;

    friend bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept;

private:
    static constexpr std::size_t kLargest = 28;  // sockaddr_in6
    alignas(8) unsigned char octets_[kLargest] = {};
    unsigned size_ = 0;
};

/// The two ends of a datagram's way, seen from us. A value.
struct DatagramPath {
    SocketAddress local;
    SocketAddress remote;
    friend bool operator==(const DatagramPath&, const DatagramPath&) = default;
};

/// Explicit congestion notification, the two low bits of the traffic class (RFC 3168 5).
using EcnMark = std::uint8_t;

/// A received datagram. A view: valid until the call it is given to returns.
struct Datagram {
    DatagramPath path;
    EcnMark ecn = 0;
    std::span<const std::uint8_t> octets;
};

/// Where datagrams leave.
class DatagramPort {
public:
    enum class Sent : std::uint8_t {
        Done,     ///< handed to the system, or refused by it for good (too large, no route): lost
        Blocked,  ///< nothing was sent; Endpoint::on_port_writable() says when to try again
    };

    /// Sends `octets` as datagrams of `segment` bytes each, the last of which may be shorter.
    virtual Sent send(const DatagramPath& path, EcnMark ecn, std::span<const std::uint8_t> octets,
                      std::size_t segment) noexcept = 0;
    /// Datagrams that one send() should carry at most.
    virtual std::size_t segments_per_send() const noexcept = 0;

protected:
    ~DatagramPort() = default;
};

}  // namespace pottle::net
