// SPDX-License-Identifier: MIT
/// \file
/// Requests at a constant rate, whatever the server does: latency is counted from the moment when
/// a request was due, so a stalled server cannot hide its stall (no coordinated omission).
///
///     rate_load PORT RATE CONNECTIONS SECONDS PATH
#include "client.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace bench;

struct Connection {
    int fd = -1;
    std::string received;
    Clock::time_point due;
};

class Load {
public:
    Load(int port, std::size_t connections, std::string request)
        : request_(std::move(request)), connections_(connections) {
        for (Connection& connection : connections_) {
            connection.fd = connect_to(port, Blocking::Yes);
            epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) fail("epoll_ctl");
            free_.push_back(&connection);
        }
    }

    /// Spins instead of sleeping, so that requests leave when they are due; has a core for itself.
    void run(double rate, std::chrono::duration<double> length) {
        const std::chrono::duration<double> period{1 / rate};
        const auto start = Clock::now();
        const auto total = static_cast<unsigned long>(rate * length.count());
        const auto give_up = start + 2 * std::chrono::duration_cast<Clock::duration>(length);
        unsigned long sent = 0;
        while (latencies_.size() < total && Clock::now() < give_up) {
            while (sent < total && !free_.empty()) {
                const auto due = start + std::chrono::duration_cast<Clock::duration>(
                                             period * static_cast<double>(sent));
                if (due > Clock::now()) break;
                send(due);
                ++sent;
            }
            receive();
        }
    }

    std::vector<double>& latencies() { return latencies_; }

private:
    void send(Clock::time_point due) {
        Connection& connection = *free_.front();
        free_.pop_front();
        connection.due = due;
        connection.received.clear();
        if (::send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) fail("send");
    }

    void receive() {
        std::array<epoll_event, 64> events{};
        const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 0);
        std::array<char, 4096> buffer{};
        for (int i = 0; i < ready; ++i) {
            auto& connection =
                *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            const ssize_t size = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size == 0 || (size < 0 && errno != EAGAIN)) fail("recv");
            if (size > 0) connection.received.append(buffer.data(), static_cast<std::size_t>(size));
            if (!is_complete_response(connection.received)) continue;
            const std::chrono::duration<double, std::micro> latency = Clock::now() - connection.due;
            latencies_.push_back(latency.count());
            free_.push_back(&connection);
        }
    }

    std::string request_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections_;
    std::deque<Connection*> free_;
    std::vector<double> latencies_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fputs("usage: rate_load PORT RATE CONNECTIONS SECONDS PATH\n", stderr);
        return 2;
    }
    const int port = std::atoi(argv[1]);
    Load load{port, static_cast<std::size_t>(std::atoi(argv[3])), get_request(argv[5], port)};
    const std::chrono::duration<double> length{std::atof(argv[4])};
    load.run(std::atof(argv[2]), length);
    const std::size_t done = load.latencies().size();
    std::printf("{\"operations\":%zu,\"seconds\":%.3f,\"microseconds\":%s}\n", done, length.count(),
                summary(load.latencies()).c_str());
    return 0;
}
