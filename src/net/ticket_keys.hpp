// SPDX-License-Identifier: MIT
/// \file
/// TicketKeys: the keys that seal TLS session tickets, and their rotation. Time is an argument.
#pragma once

#include <pottle/base/chrono.hpp>

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

namespace pottle::net {

/// One ticket key (RFC 5077 4). A value.
struct TicketKey {
    static constexpr std::size_t kNameSize = 16;
    std::array<std::uint8_t, kNameSize> name;
    std::array<std::uint8_t, 32> cipher_key;
    std::array<std::uint8_t, 32> mac_key;
    SteadyTime born;
};

/// The current and the previous key. A resource, shared by all loops.
///
/// A key seals tickets for one lifetime and opens them for a second one. Rotation happens when a
/// key is asked for, so an idle server does nothing.
class TicketKeys {
public:
    explicit TicketKeys(Seconds lifetime) noexcept : lifetime_(lifetime) {}

    /// The key to seal with. Empty when there is no randomness to make one from.
    std::optional<TicketKey> current(SteadyTime now);

    struct Found {
        TicketKey key;
        bool outdated;  ///< the client should get a new ticket
    };
    /// The key of that name, unless it is too old.
    std::optional<Found> find(std::span<const std::uint8_t, TicketKey::kNameSize> name,
                              SteadyTime now);

private:
    void rotate(SteadyTime now);

    const Seconds lifetime_;
    /// Guards the keys; held for a copy of 100 bytes, twice in a handshake of 400 us at most.
    std::mutex mutex_;
    std::optional<TicketKey> current_;
    std::optional<TicketKey> previous_;
};

}  // namespace pottle::net
