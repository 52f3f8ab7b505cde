// SPDX-License-Identifier: MIT
/// \file
/// QuicRoute: which loop of which process owns a connection. It travels inside connection ids,
/// because a client that changes its address is hashed by the kernel to another socket.
#pragma once

#include <cstdint>

namespace pottle::net {

/// A value.
struct QuicRoute {
    std::uint8_t process = 0;
    std::uint8_t loop = 0;
    friend bool operator==(const QuicRoute&, const QuicRoute&) = default;
};

}  // namespace pottle::net
