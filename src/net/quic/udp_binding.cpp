// SPDX-License-Identifier: MIT
/// \file
/// UdpBinding: a UDP socket with everything set that QUIC wants of it.
#include <pottle/net/quic/udp_socket.hpp>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pottle::net {

namespace {

std::unexpected<SetupError> cannot_bind(std::string_view name, std::string_view reason,
                                        int error = 0) {
    return std::unexpected(SetupError{
        Errc::Address, error,
        error ? fmt::format("cannot receive QUIC at {}: {}: {}", name, reason, std::strerror(error))
              : fmt::format("cannot receive QUIC at {}: {}", name, reason)});
}

void set_option(int descriptor, int level, int option, int value) noexcept {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

const addrinfo& preferred(const addrinfo* first) {
    for (const addrinfo* entry = first; entry; entry = entry->ai_next)
        if (entry->ai_family == AF_INET) return *entry;
    return *first;
}

void prepare(int descriptor, int family, const QuicOptions& options) noexcept {
    const int buffer = static_cast<int>(options.socket_buffer);
    set_option(descriptor, SOL_SOCKET, SO_RCVBUF, buffer);
    set_option(descriptor, SOL_SOCKET, SO_SNDBUF, buffer);
    // No fragments, and no opinion of the kernel's on the path's limit: QUIC finds it out
    // (RFC 9000 14.2).
    if (family == AF_INET6) {
        set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
        set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
        if (options.ecn) set_option(descriptor, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    } else {
        set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
        set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
        if (options.ecn) set_option(descriptor, IPPROTO_IP, IP_RECVTOS, 1);
    }
    if (options.receive_offload) set_option(descriptor, SOL_UDP, UDP_GRO, 1);
}

SetupResult<SocketAddress> bound_address(int descriptor, std::string_view name) {
    sockaddr_storage real{};
    socklen_t length = sizeof real;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&real), &length) != 0)
        return cannot_bind(name, "the bound address is unknown", errno);
    SocketAddress address(reinterpret_cast<const sockaddr&>(real));
    if (address.empty()) return cannot_bind(name, "it is not an IPv4 or IPv6 socket");
    return address;
}

}  // namespace

SetupResult<UdpBinding> UdpBinding::bind(const Address& address, const QuicOptions& options) {
    const std::string name = address.text();
    if (address.kind == Address::Kind::Unix)
        return cannot_bind(name, "QUIC needs UDP, so a host and a port");
    if (address.kind == Address::Kind::Descriptor) {
        int type = 0;
        socklen_t size = sizeof type;
        if (::getsockopt(address.descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
            return cannot_bind(name, "it is not an open socket", errno);
        if (type != SOCK_DGRAM) return cannot_bind(name, "it is not a datagram socket");
        auto bound = bound_address(address.descriptor, name);
        if (!bound) return std::unexpected(std::move(bound).error());
        UdpBinding inherited;
        inherited.descriptor_ = address.descriptor;
        inherited.address_ = *bound;
        inherited.name_ = name;
        prepare(address.descriptor, bound->native()->sa_family, options);
        return inherited;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    if (address.host.empty()) hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                    std::to_string(address.port).c_str(), &hints, &found);
    if (error != 0)
        return cannot_bind(name, fmt::format("the host is unknown ({})", ::gai_strerror(error)));
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    const addrinfo& where = preferred(list.get());
    return open(*where.ai_addr, where.ai_addrlen, name, options);
}

SetupResult<UdpBinding> UdpBinding::open(const sockaddr& where, unsigned size,
                                         const std::string& name, const QuicOptions& options) {
    UdpBinding binding;
    binding.name_ = name;
    const int descriptor = ::socket(where.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return cannot_bind(name, "no socket", errno);
    binding.descriptor_ = descriptor;
    set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    prepare(descriptor, where.sa_family, options);
    if (::bind(descriptor, &where, size) != 0)
        return cannot_bind(name, "the address cannot be bound", errno);
    auto bound = bound_address(descriptor, name);
    if (!bound) return std::unexpected(std::move(bound).error());
    binding.address_ = *bound;
    return binding;
}

SetupResult<UdpBinding> UdpBinding::bind_again(const QuicOptions& options) const {
    return open(*address_.native(), address_.size(), name_, options);
}

UdpBinding::UdpBinding(UdpBinding&& other) noexcept
    : descriptor_(other.release()), address_(other.address_), name_(std::move(other.name_)) {}

UdpBinding& UdpBinding::operator=(UdpBinding&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(address_, other.address_);
    std::swap(name_, other.name_);
    return *this;
}

UdpBinding::~UdpBinding() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint16_t UdpBinding::port() const noexcept {
    const sockaddr* native = address_.native();
    return ntohs(address_.is_v6() ? reinterpret_cast<const sockaddr_in6*>(native)->sin6_port
                                  : reinterpret_cast<const sockaddr_in*>(native)->sin_port);
}

int UdpBinding::release() noexcept {
    return std::exchange(descriptor_, -1);
}

}  // namespace pottle::net
