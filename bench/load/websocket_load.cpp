// SPDX-License-Identifier: MIT
/// \file
/// Websockets over 127.0.0.1, one thread:
///
///     websocket_load echo PORT CONNECTIONS SECONDS SIZE        each sends, waits for its echo,
///     sends websocket_load broadcast PORT CONNECTIONS SECONDS SIZE   the first sends, all receive,
///     again websocket_load idle PORT CONNECTIONS SECONDS             holds them open
///
/// Paths are /ws and /room. An operation is one message that came back, or one that all received.
#include "client.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace bench;

/// A masked text frame of up to 65,535 octets (RFC 6455 5.2); the mask is zero, which costs the
/// server the same.
std::string make_frame(std::size_t size) {
    std::string frame("\x81");
    if (size < 126) {
        frame += static_cast<char>(0x80 | size);
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(size >> 8);
        frame += static_cast<char>(size);
    }
    frame.append(4, '\0');
    return frame.append(size, 'x');
}

/// Octets of an unmasked frame of that payload.
std::size_t answer_size(std::size_t size) {
    return size + (size < 126 ? 2 : 4);
}

struct Connection {
    int fd = -1;
    std::size_t received = 0;  // of the answer that is waited for
    Clock::time_point sent;
};

class Load {
public:
    Load(int port, std::size_t count, const char* path, std::size_t size)
        : frame_(make_frame(size)), answer_(answer_size(size)), connections_(count) {
        for (Connection& connection : connections_) open(connection, port, path);
    }

    /// Returns: messages that came back.
    unsigned long echo(Clock::time_point until) {
        for (Connection& connection : connections_) send(connection);
        unsigned long done = 0;
        while (Clock::now() < until) {
            done += receive([this](Connection& connection) { send(connection); });
        }
        return done;
    }

    /// Returns: messages that every connection received.
    unsigned long broadcast(Clock::time_point until) {
        unsigned long rounds = 0;
        while (Clock::now() < until) {
            send(connections_.front());
            std::size_t left = connections_.size();
            while (left > 0) left -= receive([](Connection&) {});
            ++rounds;
        }
        return rounds;
    }

    std::vector<double>& latencies() { return latencies_; }

private:
    void open(Connection& connection, int port, const char* path) {
        connection.fd = connect_to(port, Blocking::Yes);
        const std::string request =
            std::string("GET ") + path +
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        if (::send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) fail("send");
        std::string head;
        char c = 0;
        while (!head.ends_with("\r\n\r\n")) {
            if (::recv(connection.fd, &c, 1, 0) != 1) fail("handshake");
            head += c;
        }
        if (head.find(" 101 ") == head.npos) fail("the handshake was refused");
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) fail("epoll_ctl");
    }

    void send(Connection& connection) {
        connection.sent = Clock::now();
        if (::send(connection.fd, frame_.data(), frame_.size(), MSG_NOSIGNAL) < 0) fail("send");
    }

    template <class Complete>
    unsigned long receive(Complete complete) {
        std::array<epoll_event, 256> events{};
        const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 100);
        std::array<char, 65536> buffer{};
        unsigned long done = 0;
        for (int i = 0; i < ready; ++i) {
            auto& connection =
                *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            const ssize_t size = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size == 0 || (size < 0 && errno != EAGAIN)) fail("recv");
            if (size > 0) connection.received += static_cast<std::size_t>(size);
            if (connection.received < answer_) continue;
            connection.received = 0;
            const std::chrono::duration<double, std::micro> latency =
                Clock::now() - connection.sent;
            latencies_.push_back(latency.count());
            ++done;
            complete(connection);
        }
        return done;
    }

    std::string frame_;
    std::size_t answer_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections_;
    std::vector<double> latencies_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::fputs("usage: websocket_load echo|broadcast|idle PORT CONNECTIONS SECONDS [SIZE]\n",
                   stderr);
        return 2;
    }
    const std::string mode = argv[1];
    const std::size_t size = argc > 5 ? static_cast<std::size_t>(std::atol(argv[5])) : 64;
    Load load{std::atoi(argv[2]), static_cast<std::size_t>(std::atol(argv[3])),
              mode == "broadcast" ? "/room" : "/ws", size};
    const std::chrono::duration<double> length{std::atof(argv[4])};
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(length);
    unsigned long done = 0;
    if (mode == "idle") {
        std::puts("open");
        std::fflush(stdout);
        ::usleep(static_cast<useconds_t>(length.count() * 1e6));
    } else {
        done = mode == "echo" ? load.echo(until) : load.broadcast(until);
    }
    std::printf("{\"operations\":%lu,\"seconds\":%.3f,\"microseconds\":%s}\n", done, length.count(),
                summary(load.latencies()).c_str());
    return 0;
}
