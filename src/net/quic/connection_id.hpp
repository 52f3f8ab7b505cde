// SPDX-License-Identifier: MIT
/// \file
/// Connection ids: our own carry the number of the loop that owns the connection, hidden so that an
/// observer cannot tell which ids belong together (RFC 9000 5.1).
///
///   14 random bytes | 2 bytes: the route, masked by a keyed digest of the random ones
#pragma once

#include <pottle/net/quic/route.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

struct ngtcp2_cid;

namespace pottle::net::quic {

struct Secrets;

inline constexpr std::size_t kConnectionIdSize = 16;

/// Fills `id` with a new id that leads to `route`.
void make_connection_id(std::span<std::uint8_t, kConnectionIdSize> id, QuicRoute route,
                        const Secrets& secrets) noexcept;
/// Where an id of ours leads; anything for an id that is not ours.
QuicRoute route_of(std::span<const std::uint8_t, kConnectionIdSize> id,
                   const Secrets& secrets) noexcept;

/// An id as a key of tables. A value.
struct ConnectionIdKey {
    std::array<std::uint8_t, 20> octets{};  // the longest (RFC 9000 17.2)
    std::uint8_t size = 0;

    ConnectionIdKey() = default;
    explicit ConnectionIdKey(std::span<const std::uint8_t> id) noexcept
        : size(static_cast<std::uint8_t>(id.size() < 20 ? id.size() : 20)) {
        std::memcpy(octets.data(), id.data(), size);
    }
    explicit ConnectionIdKey(const ngtcp2_cid& id) noexcept;
    friend bool operator==(const ConnectionIdKey&, const ConnectionIdKey&) = default;
};

/// Keyed, because a client chooses the first id of its connection.
struct ConnectionIdHash {
    std::uint64_t key = 0;
    std::size_t operator()(const ConnectionIdKey& id) const noexcept;
};

}  // namespace pottle::net::quic
