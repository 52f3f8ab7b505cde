// SPDX-License-Identifier: MIT
/// \file
/// Table: the connections of an endpoint by their ids.
#pragma once

#include "connection_id.hpp"

#include <pottle/net/quic/endpoint.hpp>

#include <unordered_map>

namespace pottle::net {

struct QuicEndpoint::Table {
    using Map = std::unordered_map<quic::ConnectionIdKey, QuicConnection*, quic::ConnectionIdHash>;
    explicit Table(std::uint64_t key) : by_id(16, quic::ConnectionIdHash{key}) {}
    Map by_id;
};

}  // namespace pottle::net
