// SPDX-License-Identifier: MIT
/// \file
/// Holds many keep-alive connections open, each after one request, while the harness looks at the
/// server's memory; on demand times fresh requests beside them.
///
///     idle_load PORT clear|tls COUNT PATH
///
/// Standard input: `probe N` times N new connections with one request each, `quit` ends. Every
/// command is answered by one JSON line, after a first one when all connections stand.
#include "client.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

class Client {
public:
    Client(int port, bool tls, std::string request)
        : port_(port), request_(std::move(request)), context_(tls ? client_context() : nullptr) {}

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
        while (!is_complete_response(received)) {
            const long size = read(held, buffer);
            if (size <= 0) fail("read");
            received.append(buffer.data(), static_cast<std::size_t>(size));
        }
        return held;
    }

private:
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
        std::fputs("usage: idle_load PORT clear|tls COUNT PATH\n", stderr);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const int port = std::atoi(argv[1]);
    const auto count = static_cast<std::size_t>(std::atol(argv[3]));
    Client client{port, std::strcmp(argv[2], "tls") == 0, get_request(argv[4], port)};
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
