// SPDX-License-Identifier: MIT
#include "connection_callbacks.hpp"

#include "connection_id.hpp"
#include "secrets.hpp"
#include "tls_session.hpp"

#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <new>

#include <gnutls/crypto.h>
#include <ngtcp2/ngtcp2_crypto.h>

namespace pottle::net::quic {

ngtcp2_callbacks Callbacks::table() noexcept {
    ngtcp2_callbacks table{};
    table.recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
    table.recv_crypto_data = recv_crypto_data;
    table.encrypt = ngtcp2_crypto_encrypt_cb;
    table.decrypt = ngtcp2_crypto_decrypt_cb;
    table.hp_mask = ngtcp2_crypto_hp_mask_cb;
    table.update_key = ngtcp2_crypto_update_key_cb;
    table.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
    table.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
    table.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb;
    table.version_negotiation = ngtcp2_crypto_version_negotiation_cb;
    table.rand = random;
    table.handshake_completed = handshake_completed;
    table.recv_stream_data = recv_stream_data;
    table.acked_stream_data_offset = acked_stream_data;
    table.stream_close = stream_close;
    table.stream_reset = stream_reset;
    table.extend_max_stream_data = extend_max_stream_data;
    table.get_new_connection_id = get_new_connection_id;
    table.remove_connection_id = remove_connection_id;
    return table;
}

int Callbacks::recv_crypto_data(ngtcp2_conn* native, ngtcp2_encryption_level level,
                                std::uint64_t offset, const std::uint8_t* octets, std::size_t size,
                                void* user) {
    if (of(user).tls_)
        return ngtcp2_crypto_recv_crypto_data_cb(native, level, offset, octets, size, user);
    // After the handshake a client has nothing to say in TLS (RFC 9001 4.4, 6): unexpected_message.
    constexpr std::uint8_t kUnexpectedMessage = 10;
    ngtcp2_conn_set_tls_alert(native, kUnexpectedMessage);
    return NGTCP2_ERR_CRYPTO;
}

int Callbacks::handshake_completed(ngtcp2_conn*, void* user) {
    // GnuTLS is still on the stack: the rest is done when it has returned.
    of(user).handshake_unreported_ = true;
    return 0;
}

int Callbacks::recv_stream_data(ngtcp2_conn*, std::uint32_t flags, std::int64_t stream,
                                std::uint64_t, const std::uint8_t* octets, std::size_t size,
                                void* user, void*) {
    QuicConnection& connection = of(user);
    connection.open_for_application();
    if (connection.application_)
        connection.application_->on_stream_data(stream,
                                                {reinterpret_cast<const char*>(octets), size},
                                                (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0,
                                                (flags & NGTCP2_STREAM_DATA_FLAG_0RTT) != 0);
    return 0;
}

int Callbacks::acked_stream_data(ngtcp2_conn*, std::int64_t stream, std::uint64_t,
                                 std::uint64_t size, void* user, void*) {
    if (QuicApplication* application = of(user).application_)
        application->on_acknowledged(stream, size);
    return 0;
}

int Callbacks::stream_close(ngtcp2_conn* native, std::uint32_t, std::int64_t stream, std::uint64_t,
                            void* user, void*) {
    if (QuicApplication* application = of(user).application_) application->on_stream_closed(stream);
    // A client's unidirectional stream holds nothing of ours: its place is free at once.
    if (!ngtcp2_is_bidi_stream(stream) && (stream & 1) == 0)
        ngtcp2_conn_extend_max_streams_uni(native, 1);
    return 0;
}

int Callbacks::stream_reset(ngtcp2_conn*, std::int64_t stream, std::uint64_t, std::uint64_t code,
                            void* user, void*) {
    QuicConnection& connection = of(user);
    connection.open_for_application();
    if (connection.application_) connection.application_->on_stream_reset(stream, code);
    return 0;
}

int Callbacks::extend_max_stream_data(ngtcp2_conn*, std::int64_t stream, std::uint64_t, void* user,
                                      void*) {
    if (QuicApplication* application = of(user).application_)
        application->on_stream_writable(stream);
    return 0;
}

int Callbacks::get_new_connection_id(ngtcp2_conn*, ngtcp2_cid* id, std::uint8_t* token,
                                     std::size_t size, void* user) {
    QuicConnection& connection = of(user);
    const Secrets& secrets = connection.endpoint_.context_.secrets();
    if (size != kConnectionIdSize) return NGTCP2_ERR_CALLBACK_FAILURE;
    make_connection_id(std::span<std::uint8_t, kConnectionIdSize>(id->data, kConnectionIdSize),
                       connection.endpoint_.route_, secrets);
    id->datalen = size;
    if (ngtcp2_crypto_generate_stateless_reset_token(token, secrets.stateless_resets.data(),
                                                     secrets.stateless_resets.size(), id) != 0)
        return NGTCP2_ERR_CALLBACK_FAILURE;
    try {
        const ConnectionIdKey key(*id);
        connection.ids_.push_back(key);
        connection.endpoint_.add_id(key, connection);
    } catch (const std::bad_alloc&) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
}

int Callbacks::remove_connection_id(ngtcp2_conn*, const ngtcp2_cid* id, void* user) {
    QuicConnection& connection = of(user);
    const ConnectionIdKey key(*id);
    connection.endpoint_.remove_id(key);
    std::erase(connection.ids_, key);
    return 0;
}

void Callbacks::random(std::uint8_t* into, std::size_t size, const ngtcp2_rand_ctx*) {
    ::gnutls_rnd(GNUTLS_RND_NONCE, into, size);
}

}  // namespace pottle::net::quic
