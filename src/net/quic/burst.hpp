// SPDX-License-Identifier: MIT
/// \file
/// Burst: packets of one size and one path on their way to the port in one call.
#pragma once

#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <memory>

namespace pottle::net {

/// A resource, one per endpoint: connections write one after the other.
///
/// All packets have the size of the first; only the last may be smaller (udp(7), UDP_SEGMENT).
struct QuicEndpoint::Burst {
    static constexpr std::size_t kCapacity = 64 * 1024;
    /// What a UDP datagram over IPv4 can carry: the kernel builds one before it cuts.
    static constexpr std::size_t kLargestSend = 65'507;

    std::unique_ptr<std::uint8_t[]> octets =
        std::make_unique_for_overwrite<std::uint8_t[]>(kCapacity);
    DatagramPath path;
    std::size_t used = 0;
    std::size_t segment = 0;
    std::size_t packets = 0;
    EcnMark ecn = 0;

    bool empty() const noexcept { return used == 0; }
    std::uint8_t* end() const noexcept { return octets.get() + used; }
    /// Whether a packet of `size` bytes can follow what is there.
    bool takes(const DatagramPath& other, EcnMark mark, std::size_t size,
               std::size_t most) const noexcept {
        return empty() || (path == other && ecn == mark && size <= segment && packets < most &&
                           used % segment == 0);
    }
    /// Adds the packet that was written at end(). Precondition: takes().
    void add(const DatagramPath& where, EcnMark mark, std::size_t size) noexcept {
        if (empty()) {
            path = where;
            ecn = mark;
            segment = size;
        }
        used += size;
        ++packets;
    }
    /// Whether nothing more can follow: a short packet ends it, and so does a full buffer.
    bool complete(std::size_t largest, std::size_t most) const noexcept {
        return used % segment != 0 || packets >= most ||
               used + largest > std::min(kCapacity, kLargestSend);
    }
    void clear() noexcept { used = segment = packets = 0; }
};

}  // namespace pottle::net
