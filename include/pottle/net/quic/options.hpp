// SPDX-License-Identifier: MIT
/// \file
/// QuicOptions: limits, timeouts and switches of QUIC connections. Every bound on what a peer can
/// make us hold has its name here; the defaults say where they come from.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>

#include <cstddef>
#include <cstdint>

namespace pottle::net {

struct QuicOptions {
    /// Whether a client must first prove its address with a Retry round trip (RFC 9000 8.1.2).
    enum class Retry : std::uint8_t { Off, On, Auto };

    Retry retry = Retry::Auto;
    /// Auto: Retry is demanded while more handshakes than this are unfinished on the loop.
    std::size_t retry_above = 64;
    /// Unfinished handshakes on one loop, some 100 KiB each; beyond it the oldest is dropped: an
    /// honest client's lasts milliseconds.
    std::size_t max_handshakes = 256;
    /// From the first packet to a finished handshake.
    Milliseconds handshake_timeout{10'000};
    /// Packets before the handshake is finished, for one connection (h2o: 1,000).
    std::size_t max_handshake_packets = 1000;

    /// Without a packet from the peer (h2o and Chromium: 30 s).
    Milliseconds idle_timeout{30'000};
    /// Requests a client may have open at once (RFC 9114 6.1 asks for at least 100).
    std::uint64_t max_streams = 100;
    /// Unidirectional streams of the client: three that HTTP/3 needs, the rest for extensions.
    std::uint64_t max_uni_streams = 16;
    /// Bytes a client may send on one stream before anybody has read them; grows up to `max_` while
    /// the application keeps up.
    ByteCount stream_window = 256_KiB;
    ByteCount max_stream_window = 6_MiB;
    /// The same for all streams of a connection: what one connection can make us hold.
    ByteCount connection_window = 1_MiB;
    ByteCount max_connection_window = 16_MiB;
    /// Sent bytes of one connection that wait for their acknowledgement, so are kept in memory.
    ByteCount max_unacknowledged = 4_MiB;

    /// Largest datagram we send: 1,500 bytes of Ethernet less IPv6 and UDP headers.
    std::size_t max_datagram = 1452;
    /// Probes whether the path takes more than 1,200 bytes (RFC 9000 14.3).
    bool path_mtu_discovery = true;
    /// Explicit congestion notification (RFC 9000 13.4).
    bool ecn = true;
    /// One system call for up to 64 datagrams of a connection (UDP_SEGMENT), where the system can.
    bool segmentation_offload = true;
    /// The same for receiving (UDP_GRO).
    bool receive_offload = true;
    /// The kernel's buffers of a socket; the system may cap it (net.core.rmem_max).
    ByteCount socket_buffer = 4_MiB;

    /// Tells clients not to move to another network on purpose (RFC 9000 18.2). A NAT that rebinds
    /// is followed in any case.
    bool disable_active_migration = false;
    /// Accepts requests before the handshake is finished. They can be replayed, so only safe ones
    /// reach the application; see early_data().
    bool early_data = false;
    /// 0-RTT handshakes remembered against replay; when it is full early data is refused.
    std::size_t max_early_data_records = 65'536;

    /// Datagrams that wait for another loop, whose connection they belong to; beyond it they are
    /// dropped.
    std::size_t max_handed_over = 1024;
    /// Stateless resets and version negotiations a second and loop: an attacker gets no reflector.
    std::size_t max_stateless_per_second = 1000;
    /// Connections of a loop that are over but still answer late packets; beyond it one that ends
    /// is forgotten at once.
    std::size_t max_closing = 4096;
};

}  // namespace pottle::net
