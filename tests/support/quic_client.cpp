// SPDX-License-Identifier: MIT
#include "quic_client.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <doctest/doctest.h>
#include <gnutls/crypto.h>
#include <netinet/in.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

namespace pottle::net::test {

namespace {

ngtcp2_addr native_address(const SocketAddress& address) {
    return {const_cast<sockaddr*>(address.native()), address.size()};
}

/// Points into both.
ngtcp2_path path_between(const SocketAddress& local, const SocketAddress& remote) {
    return {native_address(local), native_address(remote), nullptr};
}

}  // namespace

SocketAddress ipv4(std::uint8_t last, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(0x7f000000U | last);
    return SocketAddress(reinterpret_cast<const sockaddr&>(address));
}

DatagramPort::Sent MemoryPort::send(const DatagramPath& path, EcnMark,
                                    std::span<const std::uint8_t> octets,
                                    std::size_t segment) noexcept {
    if (full) return Sent::Blocked;
    octets_sent += octets.size();
    while (!octets.empty()) {
        const std::size_t size = std::min(segment, octets.size());
        sent.push_back(
            {path, {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)}});
        octets = octets.subspan(size);
    }
    return Sent::Done;
}

struct Client::Callbacks {
    static Client& of(void* user) { return *static_cast<Client*>(user); }
    static void random(std::uint8_t* into, std::size_t size, const ngtcp2_rand_ctx*) {
        ::gnutls_rnd(GNUTLS_RND_NONCE, into, size);
    }
    static int new_id(ngtcp2_conn*, ngtcp2_cid* id, std::uint8_t* token, std::size_t size, void*) {
        ::gnutls_rnd(GNUTLS_RND_NONCE, id->data, size);
        id->datalen = size;
        ::gnutls_rnd(GNUTLS_RND_NONCE, token, NGTCP2_STATELESS_RESET_TOKENLEN);
        return 0;
    }
    static int data(ngtcp2_conn* native, std::uint32_t flags, std::int64_t stream, std::uint64_t,
                    const std::uint8_t* octets, std::size_t size, void* user, void*) {
        std::string& text = of(user).received_[stream];
        text.append(reinterpret_cast<const char*>(octets), size);
        if (flags & NGTCP2_STREAM_DATA_FLAG_FIN) text += '|';
        if (of(user).grants_credit_) ngtcp2_conn_extend_max_stream_offset(native, stream, size);
        ngtcp2_conn_extend_max_offset(native, size);
        return 0;
    }
    static int reset(ngtcp2_conn*, std::int64_t stream, std::uint64_t, std::uint64_t code,
                     void* user, void*) {
        of(user).resets[stream] = code;
        return 0;
    }
    static int close(ngtcp2_conn*, std::uint32_t, std::int64_t stream, std::uint64_t code,
                     void* user, void*) {
        of(user).closed[stream] = code;
        return 0;
    }
    static int token(ngtcp2_conn*, const std::uint8_t* octets, std::size_t size, void* user) {
        of(user).new_token.assign(reinterpret_cast<const char*>(octets), size);
        return 0;
    }
};

Client::Client(async::VirtualExecutor& executor, QuicServer& server, const ClientOptions& options)
    : address(options.address),
      executor_(executor),
      server_(server),
      own_(options.address),
      local_(ipv4(1, 443)),
      grants_credit_(options.grants_credit) {
    ngtcp2_callbacks callbacks{};
    callbacks.client_initial = ngtcp2_crypto_client_initial_cb;
    callbacks.recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
    callbacks.encrypt = ngtcp2_crypto_encrypt_cb;
    callbacks.decrypt = ngtcp2_crypto_decrypt_cb;
    callbacks.hp_mask = ngtcp2_crypto_hp_mask_cb;
    callbacks.recv_retry = ngtcp2_crypto_recv_retry_cb;
    callbacks.update_key = ngtcp2_crypto_update_key_cb;
    callbacks.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
    callbacks.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
    callbacks.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb;
    callbacks.version_negotiation = ngtcp2_crypto_version_negotiation_cb;
    callbacks.rand = Callbacks::random;
    callbacks.get_new_connection_id = Callbacks::new_id;
    callbacks.recv_stream_data = Callbacks::data;
    callbacks.recv_new_token = Callbacks::token;
    callbacks.stream_reset = Callbacks::reset;
    callbacks.stream_close = Callbacks::close;

    ngtcp2_settings settings;
    ngtcp2_settings_default(&settings);
    settings.initial_ts = now();
    settings.token = reinterpret_cast<const std::uint8_t*>(options.token.data());
    settings.tokenlen = options.token.size();
    ngtcp2_transport_params parameters;
    ngtcp2_transport_params_default(&parameters);
    parameters.initial_max_stream_data_bidi_local = options.stream_window;
    parameters.initial_max_stream_data_uni = 64 * 1024;
    parameters.initial_max_data = 256 * 1024;
    parameters.initial_max_streams_uni = 3;
    parameters.max_idle_timeout = 60 * NGTCP2_SECONDS;

    ngtcp2_cid destination{};
    ngtcp2_cid source{};
    destination.datalen = 18;
    source.datalen = 8;
    ::gnutls_rnd(GNUTLS_RND_NONCE, destination.data, destination.datalen);
    ::gnutls_rnd(GNUTLS_RND_NONCE, source.data, source.datalen);
    const ngtcp2_path native_path = path_between(address, local_);
    REQUIRE(ngtcp2_conn_client_new(&native, &destination, &source, &native_path, options.version,
                                   &callbacks, &settings, &parameters, nullptr, this) == 0);

    ::gnutls_certificate_allocate_credentials(&credentials_);
    ::gnutls_init(&tls_, GNUTLS_CLIENT);
    ::gnutls_priority_set_direct(tls_, "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE",
                                 nullptr);
    ::ngtcp2_crypto_gnutls_configure_client_session(tls_);
    reference_ = {[](ngtcp2_crypto_conn_ref* reference) {
                      return static_cast<Client*>(reference->user_data)->native;
                  },
                  this};
    ::gnutls_session_set_ptr(tls_, &reference_);
    ::gnutls_credentials_set(tls_, GNUTLS_CRD_CERTIFICATE, credentials_);
    ::gnutls_server_name_set(tls_, GNUTLS_NAME_DNS, "localhost", 9);
    std::string protocol = options.protocol;
    gnutls_datum_t alpn{reinterpret_cast<unsigned char*>(protocol.data()),
                        static_cast<unsigned>(protocol.size())};
    ::gnutls_alpn_set_protocols(tls_, &alpn, 1, GNUTLS_ALPN_MANDATORY);
    ngtcp2_conn_set_tls_native_handle(native, tls_);
}

Client::~Client() {
    ngtcp2_conn_del(native);
    ::gnutls_deinit(tls_);
    ::gnutls_certificate_free_credentials(credentials_);
}

std::uint64_t Client::now() const {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(executor_.now().time_since_epoch()).count());
}

QuicStreamId Client::send(std::string text) {
    const QuicStreamId stream = open();
    REQUIRE(stream >= 0);
    append(stream, std::move(text), true);
    return stream;
}

QuicStreamId Client::open() {
    QuicStreamId stream = -1;
    return ngtcp2_conn_open_bidi_stream(native, &stream, nullptr) == 0 ? stream : -1;
}

QuicStreamId Client::open_uni() {
    QuicStreamId stream = -1;
    return ngtcp2_conn_open_uni_stream(native, &stream, nullptr) == 0 ? stream : -1;
}

void Client::append(QuicStreamId stream, std::string text, bool fin) {
    Sending& sending = sending_[stream];
    if (!text.empty()) sending.pieces.push_back(std::move(text));
    sending.fin |= fin;
}

void Client::stop_sending(QuicStreamId stream, std::uint64_t code) {
    REQUIRE(ngtcp2_conn_shutdown_stream_read(native, 0, stream, code) == 0);
}

void Client::reset(QuicStreamId stream, std::uint64_t code) {
    sending_.erase(stream);
    REQUIRE(ngtcp2_conn_shutdown_stream(native, 0, stream, code) == 0);
}

void Client::write() {
    bool blocked = false;  // by the connection's window
    for (;;) {
        QuicStreamId stream = -1;
        Sending* sending = nullptr;
        for (auto& [id, candidate] : sending_)
            if (!blocked && candidate.waits() &&
                ngtcp2_conn_get_max_stream_data_left(native, id) > 0) {
                stream = id;
                sending = &candidate;
                break;
            }
        ngtcp2_vec piece{};
        bool fin = false;
        if (sending) {
            fin = sending->fin && sending->next + 1 >= sending->pieces.size();
            if (sending->next < sending->pieces.size()) {
                std::string& text = sending->pieces[sending->next];
                piece = {reinterpret_cast<std::uint8_t*>(text.data()) + sending->sent,
                         text.size() - sending->sent};
            }
        }
        std::uint8_t packet[1452];
        ngtcp2_path_storage path;
        ngtcp2_path_storage_zero(&path);
        ngtcp2_pkt_info info{};
        ngtcp2_ssize taken = -1;
        const ngtcp2_ssize size = ngtcp2_conn_writev_stream(
            native, &path.path, &info, packet, sizeof packet, &taken,
            fin ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0U, stream, &piece, sending ? 1 : 0, now());
        if (sending && taken >= 0) {
            sending->sent += static_cast<std::size_t>(taken);
            if (static_cast<std::size_t>(taken) == piece.len) {
                sending->fin_sent = fin;
                if (sending->next < sending->pieces.size()) ++sending->next;
                sending->sent = 0;
            }
        }
        if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
            blocked = true;
            continue;
        }
        if (size == NGTCP2_ERR_STREAM_SHUT_WR) {
            sending_.erase(stream);
            continue;
        }
        if (size < 0) {
            error = static_cast<int>(size);
            return;
        }
        if (size == 0) break;
        octets_sent += static_cast<std::uint64_t>(size);
        to_server.emplace_back(packet, packet + size);
    }
    ngtcp2_conn_update_pkt_tx_time(native, now());
}

void Client::deliver(QuicServer& server) {
    for (const auto& packet : std::exchange(to_server, {}))
        if (!lost()) server.endpoint->receive({{local_, address}, 0, packet});
    executor_.run_until_idle();
}

void Client::read(std::span<const std::uint8_t> octets) {
    // RFC 9000 17.2.1: version negotiation has version 0.
    if (octets.size() > 5 && (octets[0] & 0x80) && octets[1] == 0 && octets[2] == 0 &&
        octets[3] == 0 && octets[4] == 0)
        version_negotiated = true;
    const ngtcp2_path native_path = path_between(own_, local_);
    ngtcp2_pkt_info info{};
    const int result =
        ngtcp2_conn_read_pkt(native, &native_path, &info, octets.data(), octets.size(), now());
    if (result != 0 && error == 0) error = result;
}

void Client::talk() {
    for (int i = 0; i < 1000; ++i) {
        if (error == 0) write();
        const bool quiet = to_server.empty();
        deliver(server_);
        const auto packets = std::exchange(server_.port.sent, {});
        if (quiet && packets.empty()) return;
        for (const auto& packet : packets)
            if (packet.path.remote == address && !lost() && error == 0) read(packet.octets);
    }
}

void Client::expire() {
    if (error == 0 && ngtcp2_conn_get_expiry(native) <= now())
        error = ngtcp2_conn_handle_expiry(native, now());
}

void Client::close() {
    std::uint8_t packet[1452];
    ngtcp2_ccerr reason;
    ngtcp2_ccerr_default(&reason);
    ngtcp2_ccerr_set_application_error(&reason, 77, nullptr, 0);
    ngtcp2_pkt_info info{};
    const ngtcp2_ssize size = ngtcp2_conn_write_connection_close(native, nullptr, &info, packet,
                                                                 sizeof packet, &reason, now());
    REQUIRE(size > 0);
    to_server.emplace_back(packet, packet + size);
    deliver(server_);
}

}  // namespace pottle::net::test
