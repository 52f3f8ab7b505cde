// SPDX-License-Identifier: MIT
/// \file
/// HTTP/3 load and HTTP/3 attacks, over ngtcp2 alone: one thread, one socket for each connection.
///
///   h3_load PORT MODE CONNECTIONS STREAMS SECONDS [PATH]
///
///   requests   requests per second, STREAMS of them in progress on each connection
///   idle       connections that say nothing; "open N" is printed when all of them stand
///   flood      first packets of handshakes, no second
///   hoard      uploads that stop after their head
///   stall      downloads without a window
///   reset      requests taken back at once
///   frames     PRIORITY_UPDATE and unknown frames
///   qpack      table inserts, requests that wait
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace std::string_literals;

std::uint64_t now() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
}

// ---- octets of HTTP/3

std::string integer(unsigned pattern, unsigned bits, std::size_t value) {
    const std::size_t most = (1U << bits) - 1;
    std::string out;
    if (value < most) return out += static_cast<char>(pattern | value);
    out += static_cast<char>(pattern | most);
    for (value -= most; value >= 128; value >>= 7) out += static_cast<char>(0x80 | (value & 127));
    return out += static_cast<char>(value);
}

std::string varint(std::uint64_t value) {
    std::string out;
    if (value < 64) return out += static_cast<char>(value);
    if (value < 16'384) {
        out += static_cast<char>(0x40 | value >> 8);
        return out += static_cast<char>(value);
    }
    out += static_cast<char>(0x80 | value >> 24);
    for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    return out;
}

std::string frame(std::uint64_t type, std::string_view payload) {
    return varint(type) + varint(payload.size()).append(payload);
}

/// HEADERS of a request, by the static table.
std::string head(bool post, std::string_view path) {
    std::string section("\0\0", 2);
    section += post ? '\xd4' : '\xd1';  // :method
    section += '\xd7';                  // :scheme https
    section += integer(0x50, 4, 0) + integer(0, 7, 9) + "localhost";
    section += integer(0x50, 4, 1) + integer(0, 7, path.size()) + std::string(path);
    return frame(1, section);
}

// ---- what to do

enum class Mode { Requests, Idle, Flood, Hoard, Stall, Reset, Frames, Qpack };

struct Plan {
    Mode mode = Mode::Requests;
    sockaddr_in server{};
    std::size_t connections = 1;
    std::size_t streams = 1;
    double seconds = 1;
    std::string path = "/";
};

struct Totals {
    std::uint64_t handshakes = 0, responses = 0, octets = 0, resets = 0, closed = 0;
};

gnutls_certificate_credentials_t credentials() {
    static gnutls_certificate_credentials_t made = [] {
        gnutls_certificate_credentials_t fresh;
        ::gnutls_certificate_allocate_credentials(&fresh);
        return fresh;
    }();
    return made;
}

class Connection {
public:
    Connection(const Plan& plan, Totals& totals) : plan_(plan), totals_(totals) { open(); }
    ~Connection() {
        ngtcp2_conn_del(native_);
        if (tls_) ::gnutls_deinit(tls_);
        if (socket_ >= 0) ::close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int socket() const { return socket_; }
    bool dead() const { return dead_; }
    std::uint64_t expiry() const { return ngtcp2_conn_get_expiry(native_); }

    void receive() {
        std::uint8_t octets[65'536];
        for (int i = 0; i < 64 && !dead_; ++i) {
            const ssize_t size = ::recv(socket_, octets, sizeof octets, MSG_DONTWAIT);
            if (size <= 0) break;
            ngtcp2_pkt_info info{};
            if (ngtcp2_conn_read_pkt(native_, &path_, &info, octets, static_cast<std::size_t>(size),
                                     now()) != 0)
                die();
        }
    }
    void expire() {
        if (!dead_ && expiry() <= now() && ngtcp2_conn_handle_expiry(native_, now()) != 0) die();
    }
    void write() {
        if (dead_) return;
        if (ready_ && plan_.mode != Mode::Idle) fill();
        std::uint8_t packet[1452];
        for (int i = 0; i < 256; ++i) {
            Sending* sending = next();
            ngtcp2_vec piece{};
            if (sending)
                piece = {reinterpret_cast<std::uint8_t*>(sending->octets.data()) + sending->sent,
                         sending->octets.size() - sending->sent};
            ngtcp2_ssize taken = -1;
            ngtcp2_pkt_info info{};
            std::uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_MORE;
            if (sending && sending->fin) flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
            const ngtcp2_ssize size = ngtcp2_conn_writev_stream(
                native_, nullptr, &info, packet, sizeof packet, &taken, flags,
                sending ? sending->stream : -1, &piece, sending ? 1 : 0, now());
            if (sending && taken >= 0) {
                sending->sent += static_cast<std::size_t>(taken);
                if (sending->sent == sending->octets.size()) finish(*sending);
            }
            if (size == NGTCP2_ERR_WRITE_MORE) continue;
            if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED || size == NGTCP2_ERR_STREAM_SHUT_WR ||
                size == NGTCP2_ERR_STREAM_NOT_FOUND) {
                finish(*sending);
                continue;
            }
            if (size < 0) return die();
            if (size == 0) break;
            if (::send(socket_, packet, static_cast<std::size_t>(size), 0) < 0) break;
            if (plan_.mode == Mode::Flood) return die();
        }
        ngtcp2_conn_update_pkt_tx_time(native_, now());
    }

private:
    struct Sending {
        std::int64_t stream;
        std::string octets;
        std::size_t sent = 0;
        bool fin = false;
        bool reset = false;
        bool keep = false;
    };

    static Connection& of(void* user) { return *static_cast<Connection*>(user); }

    void open() {
        socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&plan_.server),
                                     sizeof plan_.server) != 0) {
            std::perror("socket");
            std::exit(1);
        }
        socklen_t size = sizeof local_;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&local_), &size);
        remote_ = plan_.server;
        path_ = {{reinterpret_cast<sockaddr*>(&local_), sizeof local_},
                 {reinterpret_cast<sockaddr*>(&remote_), sizeof remote_},
                 nullptr};
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
        callbacks.rand = [](std::uint8_t* into, std::size_t count, const ngtcp2_rand_ctx*) {
            ::gnutls_rnd(GNUTLS_RND_NONCE, into, count);
        };
        callbacks.get_new_connection_id = [](ngtcp2_conn*, ngtcp2_cid* id, std::uint8_t* token,
                                             std::size_t count, void*) {
            ::gnutls_rnd(GNUTLS_RND_NONCE, id->data, count);
            id->datalen = count;
            ::gnutls_rnd(GNUTLS_RND_NONCE, token, NGTCP2_STATELESS_RESET_TOKENLEN);
            return 0;
        };
        callbacks.handshake_completed = [](ngtcp2_conn*, void* user) {
            of(user).ready_ = true;
            ++of(user).totals_.handshakes;
            return 0;
        };
        callbacks.recv_stream_data = [](ngtcp2_conn* native, std::uint32_t, std::int64_t stream,
                                        std::uint64_t, const std::uint8_t*, std::size_t count,
                                        void* user, void*) {
            of(user).totals_.octets += count;
            ngtcp2_conn_extend_max_stream_offset(native, stream, count);
            ngtcp2_conn_extend_max_offset(native, count);
            return 0;
        };
        callbacks.stream_close = [](ngtcp2_conn*, std::uint32_t, std::int64_t stream, std::uint64_t,
                                    void* user, void*) {
            if ((stream & 3) == 0) {
                --of(user).open_;
                ++of(user).totals_.responses;
            }
            return 0;
        };
        ngtcp2_settings settings;
        ngtcp2_settings_default(&settings);
        settings.initial_ts = now();
        settings.handshake_timeout = 20 * NGTCP2_SECONDS;
        ngtcp2_transport_params parameters;
        ngtcp2_transport_params_default(&parameters);
        parameters.initial_max_stream_data_bidi_local = plan_.mode == Mode::Stall ? 0 : 6U << 20;
        parameters.initial_max_stream_data_uni = 1U << 20;
        parameters.initial_max_data = 16U << 20;
        parameters.initial_max_streams_uni = 16;
        parameters.max_idle_timeout = 600 * NGTCP2_SECONDS;
        ngtcp2_cid destination{};
        ngtcp2_cid source{};
        destination.datalen = 18;
        source.datalen = 8;
        ::gnutls_rnd(GNUTLS_RND_NONCE, destination.data, destination.datalen);
        ::gnutls_rnd(GNUTLS_RND_NONCE, source.data, source.datalen);
        ngtcp2_conn_client_new(&native_, &destination, &source, &path_, NGTCP2_PROTO_VER_V1,
                               &callbacks, &settings, &parameters, nullptr, this);
        ::gnutls_init(&tls_, GNUTLS_CLIENT);
        ::gnutls_priority_set_direct(tls_,
                                     "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:"
                                     "-CIPHER-ALL:+AES-128-GCM:%DISABLE_TLS13_COMPAT_MODE",
                                     nullptr);
        ::ngtcp2_crypto_gnutls_configure_client_session(tls_);
        reference_ = {[](ngtcp2_crypto_conn_ref* reference) {
                          return static_cast<Connection*>(reference->user_data)->native_;
                      },
                      this};
        ::gnutls_session_set_ptr(tls_, &reference_);
        ::gnutls_credentials_set(tls_, GNUTLS_CRD_CERTIFICATE, credentials());
        ::gnutls_server_name_set(tls_, GNUTLS_NAME_DNS, "localhost", 9);
        gnutls_datum_t alpn{reinterpret_cast<unsigned char*>(const_cast<char*>("h3")), 2};
        ::gnutls_alpn_set_protocols(tls_, &alpn, 1, GNUTLS_ALPN_MANDATORY);
        ngtcp2_conn_set_tls_native_handle(native_, tls_);
    }

    std::int64_t open_uni() {
        std::int64_t stream = -1;
        ngtcp2_conn_open_uni_stream(native_, &stream, nullptr);
        return stream;
    }

    /// Queues what the mode wants now.
    void fill() {
        if (control_ < 0) {
            control_ = open_uni();
            const std::string settings = "\0"s + frame(4, "\x01\x00\x07\x00"s);
            sending_.push_back({.stream = control_, .octets = settings, .keep = true});
            if (plan_.mode == Mode::Qpack) {
                encoder_ = open_uni();
                sending_.push_back({.stream = encoder_, .octets = "\2\x3f\xe1\x1f"s, .keep = true});
            }
        }
        switch (plan_.mode) {
            case Mode::Requests:
            case Mode::Stall:
                while (request(head(false, plan_.path), true, false)) {
                }
                break;
            case Mode::Hoard:
                while (request(head(true, "/echo"), false, false)) {
                }
                break;
            case Mode::Reset:
                while (request(head(false, "/stuck"), true, true)) {
                }
                break;
            case Mode::Frames:
                if (sending_.size() < 4)
                    for (int i = 0; i < 100; ++i) {
                        std::string octets = frame(0xf0700, "\0u=1"s);
                        octets += frame(0x21, std::string(8, 'x'));
                        sending_.push_back({.stream = control_, .octets = octets, .keep = true});
                    }
                break;
            case Mode::Qpack:
                if (sending_.size() < 4)
                    for (int i = 0; i < 100; ++i)
                        sending_.push_back(
                            {.stream = encoder_,
                             .octets = "\x41x" + integer(0, 7, 900) + std::string(900, 'v'),
                             .keep = true});
                // Needs an entry that never comes.
                request(frame(1, "\xff\x41\x00\x80"s), false, false);
                break;
            case Mode::Idle:
            case Mode::Flood:
                break;
        }
    }

    bool request(std::string octets, bool fin, bool reset) {
        if (open_ >= plan_.streams && plan_.streams > 0) return false;
        std::int64_t stream = -1;
        if (ngtcp2_conn_open_bidi_stream(native_, &stream, nullptr) != 0) return false;
        ++open_;
        sending_.push_back(
            {.stream = stream, .octets = std::move(octets), .fin = fin, .reset = reset});
        return true;
    }

    Sending* next() {
        while (!sending_.empty() && sending_.front().sent == sending_.front().octets.size())
            sending_.pop_front();
        return sending_.empty() ? nullptr : &sending_.front();
    }

    void finish(Sending& sending) {
        if (sending.reset) {
            ngtcp2_conn_shutdown_stream(native_, 0, sending.stream, 0x10c);
            ++totals_.resets;
        }
        sending.sent = sending.octets.size();
    }

    void die() {
        dead_ = true;
        ++totals_.closed;
    }

    const Plan& plan_;
    Totals& totals_;
    int socket_ = -1;
    sockaddr_in local_{}, remote_{};
    ngtcp2_path path_{};
    ngtcp2_conn* native_ = nullptr;
    gnutls_session_t tls_ = nullptr;
    ngtcp2_crypto_conn_ref reference_{};
    std::deque<Sending> sending_;
    std::int64_t control_ = -1, encoder_ = -1;
    std::size_t open_ = 0;
    bool ready_ = false;
    bool dead_ = false;
};

Plan read_plan(int argc, char** argv) {
    static const std::map<std::string_view, Mode> kModes{
        {"requests", Mode::Requests}, {"idle", Mode::Idle},   {"flood", Mode::Flood},
        {"hoard", Mode::Hoard},       {"stall", Mode::Stall}, {"reset", Mode::Reset},
        {"frames", Mode::Frames},     {"qpack", Mode::Qpack}};
    Plan plan;
    if (argc < 6 || !kModes.contains(argv[2])) {
        std::fputs("usage: h3_load PORT MODE CONNECTIONS STREAMS SECONDS [PATH]\n", stderr);
        std::exit(2);
    }
    plan.server.sin_family = AF_INET;
    plan.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    plan.server.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
    plan.mode = kModes.at(argv[2]);
    plan.connections = static_cast<std::size_t>(std::atoi(argv[3]));
    plan.streams = static_cast<std::size_t>(std::atoi(argv[4]));
    plan.seconds = std::atof(argv[5]);
    if (argc > 6) plan.path = argv[6];
    if (plan.mode == Mode::Stall) plan.path = "/big/1";
    if (plan.mode == Mode::Flood) plan.connections = 64;
    return plan;
}

}  // namespace

int main(int argc, char** argv) {
    const Plan plan = read_plan(argc, argv);
    Totals totals;
    const int poll = ::epoll_create1(0);
    std::vector<std::unique_ptr<Connection>> connections;
    const std::uint64_t begin = now();
    const auto end = begin + static_cast<std::uint64_t>(plan.seconds * 1e9);
    const auto watch = [&](std::size_t index) {
        connections.resize(std::max(connections.size(), index + 1));
        connections[index] = std::make_unique<Connection>(plan, totals);
        epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[index]->socket(), &event);
    };
    const auto begin_more = [&](std::size_t unfinished) {
        while (connections.size() < plan.connections && now() < end &&
               connections.size() < totals.handshakes + totals.closed + unfinished) {
            watch(connections.size());
            connections.back()->write();
        }
    };
    // As fast as they come, unless it is their number and not their coming that is looked at.
    const std::size_t unfinished = plan.mode == Mode::Idle ? 32 : plan.connections;
    bool told = plan.mode != Mode::Idle;
    begin_more(unfinished);
    std::vector<epoll_event> events(512);
    while (now() < end) {
        std::uint64_t soonest = now() + 10'000'000;
        for (const auto& connection : connections)
            if (!connection->dead()) soonest = std::min(soonest, connection->expiry());
        const std::uint64_t moment = now();
        const int wait = soonest <= moment ? 0 : static_cast<int>((soonest - moment) / 1'000'000);
        const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), wait);
        for (int i = 0; i < count; ++i) {
            Connection& ready = *connections[events[static_cast<std::size_t>(i)].data.u64];
            ready.receive();
            ready.write();
        }
        if (plan.mode == Mode::Idle) begin_more(unfinished);
        if (!told && totals.handshakes == plan.connections) {
            told = true;
            std::printf("open %zu\n", plan.connections);
            std::fflush(stdout);
        }
        // Many connections may take long: the end is looked for between them too.
        for (std::size_t i = 0; i < connections.size() && now() < end; ++i) {
            if (plan.mode == Mode::Idle && connections[i]->expiry() > now()) continue;
            connections[i]->expire();
            connections[i]->write();
            // An attacker comes again.
            if (connections[i]->dead() && plan.mode != Mode::Requests && plan.mode != Mode::Idle)
                watch(i);
        }
    }
    const double seconds = static_cast<double>(now() - begin) / 1e9;
    std::printf(
        "handshakes %llu responses %llu octets %llu resets %llu closed %llu seconds %.2f "
        "rate %.0f/s MB/s %.1f\n",
        static_cast<unsigned long long>(totals.handshakes),
        static_cast<unsigned long long>(totals.responses),
        static_cast<unsigned long long>(totals.octets),
        static_cast<unsigned long long>(totals.resets),
        static_cast<unsigned long long>(totals.closed), seconds,
        static_cast<double>(totals.responses) / seconds,
        static_cast<double>(totals.octets) / seconds / 1e6);
    std::fflush(stdout);
    std::_Exit(0);
}
