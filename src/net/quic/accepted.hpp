// SPDX-License-Identifier: MIT
/// \file
/// Accepted: what is known of a new client from its first Initial packet.
#pragma once

#include <pottle/net/quic/datagram.hpp>

#include <ngtcp2/ngtcp2.h>

namespace pottle::net::quic {

/// A value; `header.token` points into the datagram.
struct Accepted {
    DatagramPath path;
    ngtcp2_pkt_hd header{};
    ngtcp2_cid original_dcid{};  ///< before a Retry; else header.dcid
    ngtcp2_token_type token = NGTCP2_TOKEN_TYPE_UNKNOWN;
    bool address_valid = false;  ///< a token of ours proved it

    bool after_retry() const noexcept { return address_valid && token == NGTCP2_TOKEN_TYPE_RETRY; }
};

}  // namespace pottle::net::quic
