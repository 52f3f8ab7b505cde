// SPDX-License-Identifier: MIT
#include "connection_id.hpp"

#include "secrets.hpp"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2.h>

namespace pottle::net::quic {

namespace {

constexpr std::size_t kRandom = kConnectionIdSize - 2;

struct Mask {
    std::uint8_t process = 0;
    std::uint8_t loop = 0;
};

Mask mask_of(const std::uint8_t* random, const Secrets& secrets) noexcept {
    std::uint8_t digest[32] = {};
    ::gnutls_hmac_fast(GNUTLS_MAC_SHA256, secrets.connection_ids.data(),
                       secrets.connection_ids.size(), random, kRandom, digest);
    return {digest[0], digest[1]};
}

std::uint64_t load(const std::uint8_t* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

void make_connection_id(std::span<std::uint8_t, kConnectionIdSize> id, QuicRoute route,
                        const Secrets& secrets) noexcept {
    ::gnutls_rnd(GNUTLS_RND_NONCE, id.data(), kRandom);
    const Mask mask = mask_of(id.data(), secrets);
    id[kRandom] = route.process ^ mask.process;
    id[kRandom + 1] = route.loop ^ mask.loop;
}

QuicRoute route_of(std::span<const std::uint8_t, kConnectionIdSize> id,
                   const Secrets& secrets) noexcept {
    const Mask mask = mask_of(id.data(), secrets);
    return {static_cast<std::uint8_t>(id[kRandom] ^ mask.process),
            static_cast<std::uint8_t>(id[kRandom + 1] ^ mask.loop)};
}

ConnectionIdKey::ConnectionIdKey(const ngtcp2_cid& id) noexcept
    : ConnectionIdKey(std::span(id.data, id.datalen)) {}

std::size_t ConnectionIdHash::operator()(const ConnectionIdKey& id) const noexcept {
    const std::uint64_t first = load(id.octets.data());
    const std::uint64_t second = load(id.octets.data() + 8);
    const std::uint64_t rest = load(id.octets.data() + 12) ^ id.size;
    return fold(fold(first ^ key, second ^ ~key), rest ^ key);
}

}  // namespace pottle::net::quic
