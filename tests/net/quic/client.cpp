// SPDX-License-Identifier: MIT
#include "client.hpp"

#include "native_path.hpp"

#include <pottle/net/tls_options.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <doctest/doctest.h>
#include <gnutls/crypto.h>
#include <netinet/in.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

namespace pottle::net::test {

SocketAddress ipv4(std::uint8_t last, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(0x7f000000U | last);
    return SocketAddress(reinterpret_cast<const sockaddr&>(address));
}

// ---- the server's side

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

void EchoApplication::on_stream_data(QuicStreamId stream, std::string_view octets, bool fin,
                                     bool) noexcept {
    Stream& echo = streams[stream];
    // What was given out must stay in place, so all is collected before it is sent.
    echo.data += octets;
    echo.fin = fin;
    quic->extend_stream(stream, octets.size());
    quic->extend_connection(octets.size());
    quic->wake();
}

bool EchoApplication::next_output(QuicOutput& output) noexcept {
    for (auto& [id, stream] : streams) {
        if (!stream.fin || stream.fin_sent || stream.blocked) continue;
        output.stream = id;
        output.pieces[0] = std::string_view(stream.data).substr(stream.sent);
        output.count = output.pieces[0].empty() ? 0 : 1;
        output.fin = true;
        return true;
    }
    return false;
}

void EchoApplication::on_written(QuicStreamId stream, std::size_t count, bool fin) noexcept {
    streams[stream].sent += count;
    streams[stream].fin_sent |= fin;
}

Server::Server(async::VirtualExecutor& executor, const QuicOptions& options, QuicContext* shared,
               QuicRoute route, QuicRouter* router)
    : context(shared) {
    if (!context) {
        certificates = std::make_unique<pottle::test::Certificates>();
        TlsOptions tls;
        tls.certificate_file = certificates->certificate_file();
        tls.key_file = certificates->key_file();
        auto made = QuicContext::make(tls, options, "echo");
        REQUIRE_MESSAGE(made, made.error().message);
        own_context = std::move(*made);
        context = own_context.get();
    }
    endpoint = std::make_unique<QuicEndpoint>(executor, *context, port, *this, route, router);
}

Server::~Server() = default;

void Server::on_connection(QuicConnection& connection) noexcept {
    applications.push_back(std::make_unique<EchoApplication>(connection));
    connection.observe(applications.back().get());
}

// ---- the client

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
        ngtcp2_conn_extend_max_stream_offset(native, stream, size);
        ngtcp2_conn_extend_max_offset(native, size);
        return 0;
    }
    static int token(ngtcp2_conn*, const std::uint8_t* octets, std::size_t size, void* user) {
        of(user).new_token.assign(reinterpret_cast<const char*>(octets), size);
        return 0;
    }
};

Client::Client(async::VirtualExecutor& executor, Server& server, const ClientOptions& options)
    : address(options.address),
      executor_(executor),
      server_(server),
      own_(options.address),
      local_(ipv4(1, 443)) {
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

    ngtcp2_settings settings;
    ngtcp2_settings_default(&settings);
    settings.initial_ts = now();
    settings.token = reinterpret_cast<const std::uint8_t*>(options.token.data());
    settings.tokenlen = options.token.size();
    ngtcp2_transport_params parameters;
    ngtcp2_transport_params_default(&parameters);
    parameters.initial_max_stream_data_bidi_local = 64 * 1024;
    parameters.initial_max_data = 256 * 1024;
    parameters.initial_max_streams_uni = 3;
    parameters.max_idle_timeout = 60 * NGTCP2_SECONDS;

    ngtcp2_cid destination{};
    ngtcp2_cid source{};
    destination.datalen = 18;
    source.datalen = 8;
    ::gnutls_rnd(GNUTLS_RND_NONCE, destination.data, destination.datalen);
    ::gnutls_rnd(GNUTLS_RND_NONCE, source.data, source.datalen);
    const DatagramPath path{address, local_};
    const ngtcp2_path native_path = quic::native_path(path);
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
    char protocol[] = "echo";
    gnutls_datum_t alpn{reinterpret_cast<unsigned char*>(protocol), 4};
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
    QuicStreamId stream = -1;
    REQUIRE(ngtcp2_conn_open_bidi_stream(native, &stream, nullptr) == 0);
    sending_[stream].text = std::move(text);
    return stream;
}

void Client::write() {
    for (;;) {
        QuicStreamId stream = -1;
        Sending* sending = nullptr;
        for (auto& [id, candidate] : sending_)
            if (!candidate.fin_sent && ngtcp2_conn_get_max_stream_data_left(native, id) > 0) {
                stream = id;
                sending = &candidate;
                break;
            }
        ngtcp2_vec piece{};
        if (sending)
            piece = {reinterpret_cast<std::uint8_t*>(sending->text.data()) + sending->sent,
                     sending->text.size() - sending->sent};
        std::uint8_t packet[1452];
        ngtcp2_path_storage path;
        ngtcp2_path_storage_zero(&path);
        ngtcp2_pkt_info info{};
        ngtcp2_ssize taken = -1;
        const ngtcp2_ssize size = ngtcp2_conn_writev_stream(
            native, &path.path, &info, packet, sizeof packet, &taken,
            sending ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0U, stream, &piece, sending ? 1 : 0, now());
        if (sending && taken >= 0) {
            sending->sent += static_cast<std::size_t>(taken);
            sending->fin_sent = sending->sent == sending->text.size();
        }
        if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED || size == NGTCP2_ERR_STREAM_SHUT_WR) {
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

void Client::deliver(Server& server) {
    for (const auto& packet : std::exchange(to_server, {}))
        if (!lost()) server.endpoint->receive({{local_, address}, 0, packet});
    executor_.run_until_idle();
}

void Client::read(std::span<const std::uint8_t> octets) {
    // RFC 9000 17.2.1: version negotiation has version 0.
    if (octets.size() > 5 && (octets[0] & 0x80) && octets[1] == 0 && octets[2] == 0 &&
        octets[3] == 0 && octets[4] == 0)
        version_negotiated = true;
    const DatagramPath path{own_, local_};
    const ngtcp2_path native_path = quic::native_path(path);
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
