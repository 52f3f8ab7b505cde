// SPDX-License-Identifier: MIT
/// \file
/// UdpSocket: a bound UDP socket on a loop, made for QUIC: batches in both directions, ECN, the
/// local address of each datagram, no fragmentation.
#pragma once

#include <pottle/net/address.hpp>
#include <pottle/net/loop.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <memory>
#include <string>

namespace pottle::net {

/// A bound UDP socket that no loop watches yet. A value that moves.
class UdpBinding {
public:
    /// Binds with SO_REUSEPORT, so that each loop can have a socket at the same address.
    ///
    /// Errors: the message names the address and the cause.
    static SetupResult<UdpBinding> bind(const Address& address, const QuicOptions& options);
    UdpBinding(UdpBinding&& other) noexcept;
    UdpBinding& operator=(UdpBinding&& other) noexcept;
    ~UdpBinding();

    /// Another socket at the same address, for another loop.
    SetupResult<UdpBinding> bind_again(const QuicOptions& options) const;
    const SocketAddress& address() const noexcept { return address_; }
    std::uint16_t port() const noexcept;
    /// Gives the descriptor away.
    int release() noexcept;

private:
    UdpBinding() = default;
    static SetupResult<UdpBinding> open(const sockaddr& where, unsigned size,
                                        const std::string& name, const QuicOptions& options);

    int descriptor_ = -1;
    SocketAddress address_;
    std::string name_;  // as asked for, for messages
};

/// The socket at work. A resource. Lifetime: dies before its loop. Thread: its loop's.
class UdpSocket final : public DatagramPort, private IoHandle {
public:
    UdpSocket(Loop& loop, UdpBinding binding, const QuicOptions& options);
    ~UdpSocket();

    /// Begins to receive. `endpoint` lives until stop() or the end of this object.
    void start(QuicEndpoint& endpoint);
    void stop() noexcept;

    // DatagramPort
    Sent send(const DatagramPath& path, EcnMark ecn, std::span<const std::uint8_t> octets,
              std::size_t segment) noexcept override;
    std::size_t segments_per_send() const noexcept override;

private:
    struct Receiver;

    void on_events(std::uint32_t events) noexcept override;
    void receive() noexcept;
    void deliver(const SocketAddress& remote, const SocketAddress& local, EcnMark ecn,
                 std::span<const std::uint8_t> octets, std::size_t segment) noexcept;
    Sent send_one_by_one(const DatagramPath& path, EcnMark ecn,
                         std::span<const std::uint8_t> octets, std::size_t segment) noexcept;

    Loop& loop_;
    QuicEndpoint* endpoint_ = nullptr;
    SocketAddress bound_;
    std::unique_ptr<Receiver> receiver_;
    bool segmentation_;  // until the system refuses it
};

}  // namespace pottle::net
