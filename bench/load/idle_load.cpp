// SPDX-License-Identifier: MIT
/// \file
/// Holds many keep-alive connections open, each after one request, while the harness looks at the
/// server's memory; on demand times fresh requests beside them.
///
///     idle_load PORT clear|tls|h2|websocket COUNT PATH
///
/// h2: in clear text by prior knowledge. websocket: open, without a message.
///
/// Standard input: `probe N` times N new connections with one request each, `quit` ends. Every
/// command is answered by one JSON line, after a first one when all connections stand.
#include "client.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace bench;

struct Held {
    int fd = -1;
    Ssl ssl;
};

/// A literal of HPACK without indexing, for the name at `index` of the static table (RFC
/// 7541 6.2.2).
std::string literal(char index, std::string_view value) {
    return std::string{index, static_cast<char>(value.size())}.append(value);
}

/// A frame (RFC 9113 4.1) of less than 256 octets.
std::string frame(char type, char flags, char stream, std::string_view payload) {
    std::string text{0, 0, static_cast<char>(payload.size()), type, flags, 0, 0, 0, stream};
    return text.append(payload);
}

constexpr char kHeaders = 1, kSettings = 4;
constexpr char kEndStream = 1, kAck = 1, kEndHeaders = 4;

/// Preface, settings and one GET.
std::string h2_request(std::string_view path, int port) {
    constexpr char kMethodGet = '\x82', kSchemeHttp = '\x86', kPath = 4, kAuthority = 1;
    std::string fields{kMethodGet, kSchemeHttp};
    fields += literal(kPath, path);
    fields += literal(kAuthority, "127.0.0.1:" + std::to_string(port));
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0, "") +
           frame(kHeaders, kEndStream | kEndHeaders, 1, fields);
}

bool is_complete_h2(std::string_view bytes) {
    while (bytes.size() >= 9) {
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        const std::size_t size = 9 + (std::size_t{at(0)} << 16 | std::size_t{at(1)} << 8 | at(2));
        if (at(3) <= kHeaders && (at(4) & kEndStream)) return bytes.size() >= size;
        if (bytes.size() < size) return false;
        bytes.remove_prefix(size);
    }
    return false;
}

std::string websocket_request(std::string_view path, int port) {
    std::string text = get_request(path, port);
    text.resize(text.size() - 2);
    return text +
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

enum class Kind { Clear, Tls, H2, Websocket };

Kind kind_named(std::string_view name) {
    if (name == "tls") return Kind::Tls;
    if (name == "h2") return Kind::H2;
    return name == "websocket" ? Kind::Websocket : Kind::Clear;
}

std::string request_of(Kind kind, std::string_view path, int port) {
    if (kind == Kind::H2) return h2_request(path, port);
    return kind == Kind::Websocket ? websocket_request(path, port) : get_request(path, port);
}

class Client {
public:
    Client(int port, Kind kind, std::string_view path)
        : port_(port),
          kind_(kind),
          request_(request_of(kind, path, port)),
          context_(kind == Kind::Tls ? client_context() : nullptr) {}

    /// Connects and completes one request.
    Held exchange() {
        Held held{.fd = connect_to(port_, Blocking::Yes), .ssl = nullptr};
        if (context_) {
            held.ssl.reset(SSL_new(context_.get()));
            SSL_set_fd(held.ssl.get(), held.fd);
            if (SSL_connect(held.ssl.get()) != 1) fail("SSL_connect");
        }
        if (write(held) != static_cast<long>(request_.size())) fail("write");
        std::string received;
        std::array<char, 4096> buffer{};
        while (!is_complete(received)) {
            const long size = read(held, buffer);
            if (size <= 0) fail("read");
            received.append(buffer.data(), static_cast<std::size_t>(size));
        }
        if (kind_ == Kind::H2) send(held, frame(kSettings, kAck, 0, ""));
        return held;
    }

private:
    bool is_complete(std::string_view received) const {
        return kind_ == Kind::H2 ? is_complete_h2(received) : is_complete_response(received);
    }
    static void send(const Held& held, const std::string& text) {
        if (::send(held.fd, text.data(), text.size(), MSG_NOSIGNAL) < 0) fail("write");
    }
    long write(const Held& held) const {
        if (held.ssl)
            return SSL_write(held.ssl.get(), request_.data(), static_cast<int>(request_.size()));
        return ::send(held.fd, request_.data(), request_.size(), MSG_NOSIGNAL);
    }
    static long read(const Held& held, std::array<char, 4096>& buffer) {
        if (held.ssl) return SSL_read(held.ssl.get(), buffer.data(), buffer.size());
        return ::recv(held.fd, buffer.data(), buffer.size(), 0);
    }

    int port_;
    Kind kind_;
    std::string request_;
    SslContext context_;
};

/// How many of the held connections the server has closed meanwhile.
std::size_t count_closed(const std::vector<Held>& connections) {
    std::size_t closed = 0;
    for (const Held& held : connections) {
        char byte = 0;
        if (::recv(held.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) ++closed;
    }
    return closed;
}

void probe(Client& client, std::size_t count) {
    std::vector<double> latencies;
    for (std::size_t i = 0; i < count; ++i) {
        const auto start = Clock::now();
        const Held held = client.exchange();
        latencies.push_back(
            std::chrono::duration<double, std::micro>(Clock::now() - start).count());
        reset_close(held.fd);
    }
    std::printf("{\"microseconds\":%s}\n", summary(latencies).c_str());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: idle_load PORT clear|tls|h2|websocket COUNT PATH\n", stderr);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const int port = std::atoi(argv[1]);
    const auto count = static_cast<std::size_t>(std::atol(argv[3]));
    Client client{port, kind_named(argv[2]), argv[4]};
    std::vector<Held> held;
    held.reserve(count);
    for (std::size_t i = 0; i < count; ++i) held.push_back(client.exchange());
    std::printf("{\"open\":%zu}\n", held.size());
    std::string command;
    std::size_t number = 0;
    while (std::cin >> command && command != "quit")
        if (command == "probe" && std::cin >> number) probe(client, number);
    std::printf("{\"closed\":%zu}\n", count_closed(held));
    for (const Held& one : held) reset_close(one.fd);
    return 0;
}
