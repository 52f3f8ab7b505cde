// SPDX-License-Identifier: MIT
/// \file
/// Secrets: the random keys of one process behind its tokens, stateless resets and connection ids.
#pragma once

#include <array>
#include <cstdint>

namespace pottle::net::quic {

/// A value that is made once.
struct Secrets {
    std::array<std::uint8_t, 32> tokens;            ///< Retry and NEW_TOKEN (RFC 9000 8.1)
    std::array<std::uint8_t, 32> stateless_resets;  ///< RFC 9000 10.3.2
    std::array<std::uint8_t, 32> connection_ids;    ///< hides the loop's number in an id
};

}  // namespace pottle::net::quic
