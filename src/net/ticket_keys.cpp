// SPDX-License-Identifier: MIT
#include "ticket_keys.hpp"

#include <algorithm>

#include <openssl/rand.h>

namespace pottle::net {

std::optional<TicketKey> TicketKeys::current(SteadyTime now) {
    const std::scoped_lock lock(mutex_);
    rotate(now);
    if (!current_) {
        TicketKey key{.name = {}, .cipher_key = {}, .mac_key = {}, .born = now};
        if (::RAND_bytes(key.name.data(), int(key.name.size())) == 1 &&
            ::RAND_priv_bytes(key.cipher_key.data(), int(key.cipher_key.size())) == 1 &&
            ::RAND_priv_bytes(key.mac_key.data(), int(key.mac_key.size())) == 1)
            current_ = key;
    }
    return current_;
}

std::optional<TicketKeys::Found> TicketKeys::find(
    std::span<const std::uint8_t, TicketKey::kNameSize> name, SteadyTime now) {
    const std::scoped_lock lock(mutex_);
    rotate(now);
    if (current_ && std::ranges::equal(current_->name, name)) return Found{*current_, false};
    if (previous_ && std::ranges::equal(previous_->name, name)) return Found{*previous_, true};
    return std::nullopt;
}

/// Retires keys by their age, not by who asks: after a quiet day both are gone.
void TicketKeys::rotate(SteadyTime now) {
    if (current_ && now - current_->born >= lifetime_) {
        previous_ = current_;
        current_.reset();
    }
    if (previous_ && now - previous_->born >= 2 * lifetime_) previous_.reset();
}

}  // namespace pottle::net
