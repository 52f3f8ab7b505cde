// SPDX-License-Identifier: MIT
/// \file
/// Paths in ngtcp2's form and back.
#pragma once

#include <pottle/net/quic/datagram.hpp>

#include <ngtcp2/ngtcp2.h>
#include <sys/socket.h>

namespace pottle::net::quic {

/// Points into `path`.
inline ngtcp2_addr native_address(const SocketAddress& address) noexcept {
    return {const_cast<sockaddr*>(address.native()), address.size()};
}

inline ngtcp2_path native_path(const DatagramPath& path) noexcept {
    return {native_address(path.local), native_address(path.remote), nullptr};
}

inline DatagramPath path_of(const ngtcp2_path& path) noexcept {
    return {SocketAddress(*path.local.addr), SocketAddress(*path.remote.addr)};
}

}  // namespace pottle::net::quic
