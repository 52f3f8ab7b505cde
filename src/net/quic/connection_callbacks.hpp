// SPDX-License-Identifier: MIT
/// \file
/// Callbacks: what ngtcp2 calls, brought to QuicConnection.
#pragma once

#include <pottle/net/quic/connection.hpp>

#include <ngtcp2/ngtcp2.h>

namespace pottle::net::quic {

struct Callbacks {
    static ngtcp2_callbacks table() noexcept;

    static QuicConnection& of(void* user) noexcept { return *static_cast<QuicConnection*>(user); }

    static int recv_crypto_data(ngtcp2_conn* native, ngtcp2_encryption_level level,
                                std::uint64_t offset, const std::uint8_t* octets, std::size_t size,
                                void* user);
    static int handshake_completed(ngtcp2_conn* native, void* user);
    static int recv_stream_data(ngtcp2_conn* native, std::uint32_t flags, std::int64_t stream,
                                std::uint64_t offset, const std::uint8_t* octets, std::size_t size,
                                void* user, void* stream_user);
    static int acked_stream_data(ngtcp2_conn* native, std::int64_t stream, std::uint64_t offset,
                                 std::uint64_t size, void* user, void* stream_user);
    static int stream_close(ngtcp2_conn* native, std::uint32_t flags, std::int64_t stream,
                            std::uint64_t code, void* user, void* stream_user);
    static int stream_reset(ngtcp2_conn* native, std::int64_t stream, std::uint64_t final_size,
                            std::uint64_t code, void* user, void* stream_user);
    static int extend_max_stream_data(ngtcp2_conn* native, std::int64_t stream, std::uint64_t most,
                                      void* user, void* stream_user);
    static int get_new_connection_id(ngtcp2_conn* native, ngtcp2_cid* id, std::uint8_t* token,
                                     std::size_t size, void* user);
    static int remove_connection_id(ngtcp2_conn* native, const ngtcp2_cid* id, void* user);
    static void random(std::uint8_t* into, std::size_t size, const ngtcp2_rand_ctx* context);
};

}  // namespace pottle::net::quic
