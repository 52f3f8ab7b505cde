// SPDX-License-Identifier: MIT
#include <pottle/net/quic/datagram.hpp>
#include <pottle/net/socket_base.hpp>

#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace pottle::net {

static_assert(sizeof(sockaddr_in6) <= 28);

SocketAddress::SocketAddress(const sockaddr& address) noexcept {
    if (address.sa_family == AF_INET)
        size_ = sizeof(sockaddr_in);
    else if (address.sa_family == AF_INET6)
        size_ = sizeof(sockaddr_in6);
    std::memcpy(octets_, &address, size_);
    // Zeros that only pad, and a flow label that a router may change, are no part of the address.
    if (address.sa_family == AF_INET)
        std::memset(octets_ + offsetof(sockaddr_in, sin_zero), 0, sizeof(sockaddr_in::sin_zero));
    else if (address.sa_family == AF_INET6)
        std::memset(octets_ + offsetof(sockaddr_in6, sin6_flowinfo), 0, 4);
}

bool SocketAddress::is_v6() const noexcept {
    return size_ == sizeof(sockaddr_in6);
}

std::string SocketAddress::text() const {
    return empty() ? std::string() : PeerName(*native()).text();
}

bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept {
    return a.size_ == b.size_ && std::memcmp(a.octets_, b.octets_, a.size_) == 0;
}

}  // namespace pottle::net
