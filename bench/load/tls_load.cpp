// SPDX-License-Identifier: MIT
/// \file
/// TLS 1.3 handshakes: each operation is connect, handshake, one GET, its response, reset.
///
///     tls_load PORT full|resume CONCURRENCY SECONDS PATH
///
/// `resume` takes a session from a first connection and offers its ticket on all others.
#include "client.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/epoll.h>
#include <unistd.h>

namespace {

using namespace bench;

struct Connection {
    int fd = -1;
    Ssl ssl;
    std::string received;
    enum class Step { Handshake, Response } step = Step::Handshake;
};

struct Totals {
    unsigned long operations = 0;
    unsigned long failed = 0;
    unsigned long reused = 0;
};

/// OpenSSL forgets the session of a connection that was not shut down; here it is still wanted.
void discard(SSL* ssl, int fd) {
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    reset_close(fd);
}

class Load {
public:
    Load(int port, SslSession session, std::string request)
        : port_(port), session_(std::move(session)), request_(std::move(request)) {}

    Totals run(std::size_t concurrency, std::chrono::duration<double> length) {
        connections_.resize(concurrency);
        for (auto& connection : connections_) open(connection);
        const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(length);
        std::array<epoll_event, 64> events{};
        while (Clock::now() < end) {
            const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 100);
            for (int i = 0; i < ready; ++i)
                advance(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
        return totals_;
    }

private:
    void open(Connection& connection) {
        connection.fd = connect_to(port_, Blocking::No);
        connection.ssl.reset(SSL_new(context_.get()));
        SSL_set_fd(connection.ssl.get(), connection.fd);
        SSL_set_connect_state(connection.ssl.get());
        if (session_) SSL_set_session(connection.ssl.get(), session_.get());
        connection.received.clear();
        connection.step = Connection::Step::Handshake;
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = &connection}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) fail("epoll_ctl");
    }

    void reopen(Connection& connection, bool succeeded) {
        ++(succeeded ? totals_.operations : totals_.failed);
        if (SSL_session_reused(connection.ssl.get()) == 1) ++totals_.reused;
        discard(connection.ssl.get(), connection.fd);
        open(connection);
    }

    void advance(Connection& connection) {
        SSL* ssl = connection.ssl.get();
        if (connection.step == Connection::Step::Handshake) {
            const int result = SSL_do_handshake(ssl);
            if (result != 1) return retry_or_fail(connection, result);
            if (SSL_write(ssl, request_.data(), static_cast<int>(request_.size())) <= 0)
                return reopen(connection, false);
            connection.step = Connection::Step::Response;
        }
        std::array<char, 4096> buffer{};
        for (;;) {
            const int size = SSL_read(ssl, buffer.data(), buffer.size());
            if (size <= 0) return retry_or_fail(connection, size);
            connection.received.append(buffer.data(), static_cast<std::size_t>(size));
            if (is_complete_response(connection.received)) return reopen(connection, true);
        }
    }

    void retry_or_fail(Connection& connection, int result) {
        const int error = SSL_get_error(connection.ssl.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
            reopen(connection, false);
    }

    int port_;
    SslSession session_;
    std::string request_;
    SslContext context_ = client_context();
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections_;
    Totals totals_;
};

/// One blocking connection; the server's tickets arrive with its first response.
SslSession first_session(int port, const std::string& request) {
    const SslContext context = client_context();
    const int fd = connect_to(port, Blocking::Yes);
    const Ssl ssl{SSL_new(context.get())};
    SSL_set_fd(ssl.get(), fd);
    std::array<char, 4096> buffer{};
    if (SSL_connect(ssl.get()) != 1) fail("first handshake");
    SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    SSL_read(ssl.get(), buffer.data(), buffer.size());
    SslSession session{SSL_get1_session(ssl.get())};
    discard(ssl.get(), fd);
    return session;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fputs("usage: tls_load PORT full|resume CONCURRENCY SECONDS PATH\n", stderr);
        return 2;
    }
    const int port = std::atoi(argv[1]);
    const std::string request = get_request(argv[5], port);
    const bool resume = std::strcmp(argv[2], "resume") == 0;
    Load load{port, resume ? first_session(port, request) : nullptr, request};
    const std::chrono::duration<double> length{std::atof(argv[4])};
    const Totals totals = load.run(static_cast<std::size_t>(std::atoi(argv[3])), length);
    std::printf(R"({"operations":%lu,"failed":%lu,"reused":%lu,"seconds":%.3f})"
                "\n",
                totals.operations, totals.failed, totals.reused, length.count());
    return 0;
}
