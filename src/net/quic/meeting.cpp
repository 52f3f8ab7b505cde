// SPDX-License-Identifier: MIT
/// \file
/// How QuicEndpoint meets new clients (RFC 9000 6, 8.1) and answers for connections that it does
/// not know (10.3).
#include "accepted.hpp"
#include "connection_id.hpp"
#include "native_path.hpp"
#include "secrets.hpp"
#include "tls_session.hpp"

#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <cstring>

#include <gnutls/crypto.h>
#include <ngtcp2/ngtcp2_crypto.h>

namespace pottle::net {

using quic::Accepted;

namespace {

constexpr ngtcp2_duration kRetryTokenLife = 10 * NGTCP2_SECONDS;
/// A client that comes back within a day need not prove its address again.
constexpr ngtcp2_duration kNewTokenLife = 24ULL * 3600 * NGTCP2_SECONDS;
constexpr std::size_t kSmallestInitial = 1200;  // RFC 9000 14.1

std::uint8_t random_octet() noexcept {
    std::uint8_t octet = 0;
    ::gnutls_rnd(GNUTLS_RND_NONCE, &octet, 1);
    return octet;
}

}  // namespace

void QuicEndpoint::meet(const Datagram& datagram) {
    Accepted accepted;
    accepted.path = datagram.path;
    if (ngtcp2_accept(&accepted.header, datagram.octets.data(), datagram.octets.size()) != 0 ||
        datagram.octets.size() < kSmallestInitial) {
        ++counts_.dropped;
        return;
    }
    accepted.original_dcid = accepted.header.dcid;
    if (refusing_) return send_refusal(datagram, accepted, NGTCP2_CONNECTION_REFUSED);
    if (!validate_token(datagram, accepted))
        return send_refusal(datagram, accepted, NGTCP2_INVALID_TOKEN);
    if (wants_retry(accepted)) return send_retry(datagram, accepted);
    if (!sink_.accepts_connections())
        return send_refusal(datagram, accepted, NGTCP2_CONNECTION_REFUSED);

    if (handshakes_ >= options().max_handshakes) drop_oldest_handshake();
    auto* connection = new QuicConnection(*this, datagram.path);
    if (!connection->begin(accepted)) {
        ++counts_.dropped;
        return bury(*connection);
    }
    connection->receive(datagram);
}

void QuicEndpoint::drop_oldest_handshake() {
    QuicConnection* oldest = nullptr;
    for (QuicConnection* connection = first_; connection; connection = connection->next_)
        if (connection->state_ == QuicConnection::State::Handshake) oldest = connection;
    if (!oldest) return;
    ++counts_.dropped;
    oldest->end(QuicConnection::Ending::Kind::Silent, 0, QuicClose::By::Lost);
    oldest->finish_ending();
}

/// Returns: false for a Retry token that is not ours or not this client's (RFC 9000 8.1.3); any
/// other token that does not fit is ignored.
bool QuicEndpoint::validate_token(const Datagram& datagram, Accepted& accepted) {
    const ngtcp2_pkt_hd& header = accepted.header;
    if (header.tokenlen == 0) return true;
    const auto& key = context_.secrets().tokens;
    const ngtcp2_addr remote = quic::native_address(datagram.path.remote);
    switch (header.token[0]) {
        case NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2: {
            ngtcp2_cid original;
            if (ngtcp2_crypto_verify_retry_token2(&original, header.token, header.tokenlen,
                                                  key.data(), key.size(), header.version,
                                                  remote.addr, remote.addrlen, &header.dcid,
                                                  kRetryTokenLife, now()) != 0)
                return false;
            accepted.original_dcid = original;
            accepted.token = NGTCP2_TOKEN_TYPE_RETRY;
            accepted.address_valid = true;
            return true;
        }
        case NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR:
            accepted.address_valid = ngtcp2_crypto_verify_regular_token(
                                         header.token, header.tokenlen, key.data(), key.size(),
                                         remote.addr, remote.addrlen, kNewTokenLife, now()) == 0;
            if (accepted.address_valid) accepted.token = NGTCP2_TOKEN_TYPE_NEW_TOKEN;
            return true;
        default:
            return true;
    }
}

bool QuicEndpoint::wants_retry(const Accepted& accepted) const noexcept {
    if (accepted.address_valid) return false;
    switch (options().retry) {
        case QuicOptions::Retry::Off:
            return false;
        case QuicOptions::Retry::On:
            return true;
        case QuicOptions::Retry::Auto:
            break;
    }
    return handshakes_ >= options().retry_above;
}

void QuicEndpoint::send_retry(const Datagram& datagram, const Accepted& accepted) {
    const auto& key = context_.secrets().tokens;
    const ngtcp2_pkt_hd& header = accepted.header;
    const ngtcp2_addr remote = quic::native_address(datagram.path.remote);
    ngtcp2_cid id{};
    id.datalen = quic::kConnectionIdSize;
    quic::make_connection_id(
        std::span<std::uint8_t, quic::kConnectionIdSize>(id.data, quic::kConnectionIdSize), route_,
        context_.secrets());
    std::uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
    const ngtcp2_ssize token_size =
        ngtcp2_crypto_generate_retry_token2(token, key.data(), key.size(), header.version,
                                            remote.addr, remote.addrlen, &id, &header.dcid, now());
    if (token_size < 0) return;
    std::uint8_t packet[kSmallestInitial];
    const ngtcp2_ssize size =
        ngtcp2_crypto_write_retry(packet, sizeof packet, header.version, &header.scid, &id,
                                  &header.dcid, token, static_cast<std::size_t>(token_size));
    if (size <= 0) return;
    ++counts_.retries;
    send_alone(datagram.path, {packet, static_cast<std::size_t>(size)});
}

void QuicEndpoint::send_version_negotiation(const Datagram& datagram,
                                            std::span<const std::uint8_t> dcid,
                                            std::span<const std::uint8_t> scid) {
    // RFC 9000 6.1: only to datagrams that could have begun a connection.
    if (datagram.octets.size() < kSmallestInitial || !may_send_stateless()) {
        ++counts_.dropped;
        return;
    }
    // The first is a reserved version, so that clients learn to ignore what they do not know
    // (RFC 9000 6.3).
    const std::uint32_t versions[] = {0x1a2a3a4aU, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
    std::uint8_t packet[256 + 2 * 255];  // ids of unknown versions may be longer than 20 bytes
    const ngtcp2_ssize size = ngtcp2_pkt_write_version_negotiation(
        packet, sizeof packet, random_octet(), scid.data(), scid.size(), dcid.data(), dcid.size(),
        versions, std::size(versions));
    if (size <= 0) return;
    ++counts_.version_negotiations;
    send_alone(datagram.path, {packet, static_cast<std::size_t>(size)});
}

void QuicEndpoint::send_refusal(const Datagram& datagram, const Accepted& accepted,
                                std::uint64_t code) {
    if (!may_send_stateless()) return;
    const ngtcp2_pkt_hd& header = accepted.header;
    std::uint8_t packet[kSmallestInitial];
    const ngtcp2_ssize size = ngtcp2_crypto_write_connection_close(
        packet, sizeof packet, header.version, &header.scid, &header.dcid, code, nullptr, 0);
    if (size > 0) send_alone(datagram.path, {packet, static_cast<std::size_t>(size)});
}

void QuicEndpoint::send_stateless_reset(const Datagram& datagram, const quic::ConnectionIdKey& id) {
    // RFC 9000 10.3: smaller than what it answers, so that two endpoints cannot go on for ever;
    // 21 bytes are the least that looks like a packet.
    constexpr std::size_t kSmallest = NGTCP2_STATELESS_RESET_TOKENLEN + 5 + 1;
    const std::size_t received = datagram.octets.size();
    if (id.size != quic::kConnectionIdSize || received <= kSmallest || !may_send_stateless()) {
        ++counts_.dropped;
        return;
    }
    const auto& key = context_.secrets().stateless_resets;
    ngtcp2_cid native{};
    ngtcp2_cid_init(&native, id.octets.data(), id.size);
    std::uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
    if (ngtcp2_crypto_generate_stateless_reset_token(token, key.data(), key.size(), &native) != 0)
        return;
    std::uint8_t noise[42];
    ::gnutls_rnd(GNUTLS_RND_NONCE, noise, sizeof noise);
    const std::size_t noise_size =
        std::min(received - 1 - NGTCP2_STATELESS_RESET_TOKENLEN, sizeof noise);
    std::uint8_t packet[sizeof noise + sizeof token];
    const ngtcp2_ssize size =
        ngtcp2_pkt_write_stateless_reset(packet, sizeof packet, token, noise, noise_size);
    if (size <= 0) return;
    ++counts_.stateless_resets;
    send_alone(datagram.path, {packet, static_cast<std::size_t>(size)});
}

bool QuicEndpoint::may_send_stateless() noexcept {
    if (executor_.now() - stateless_since_ >= Seconds(1)) {
        stateless_since_ = executor_.now();
        stateless_sent_ = 0;
    }
    return ++stateless_sent_ <= options().max_stateless_per_second;
}

}  // namespace pottle::net
