// SPDX-License-Identifier: MIT
/// \file
/// The loopback limit: a one-threaded epoll server that counts requests without reading them and
/// answers with prepared bytes of the same size as Pottle's. No server that speaks HTTP over the
/// same sockets can be cheaper, so every other figure is quoted against it.
///
///     limit_server PORT text|json|route|echo
///
/// Invariants: one read per readiness event, one write per read, no allocation per request.
/// It trusts its load generator (bench/run) and must never face anybody else.
#include "blank_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::size_t kBatch = 64;       // responses per prepared write
constexpr std::size_t kEchoBody = 1024;  // the one body size that the echo load sends
constexpr std::size_t kDescriptors = 20'000;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

std::string response(std::string_view type, std::size_t length, std::string_view body) {
    std::array<char, 64> date{};
    const std::time_t now = std::time(nullptr);
    std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&now));
    std::string text = "HTTP/1.1 200 OK\r\nserver: pottle\r\ndate: ";
    text += date.data();
    text.append("\r\ncontent-type: ").append(type);
    text.append("\r\ncontent-length: ").append(std::to_string(length));
    text.append("\r\n\r\n").append(body);
    return text;
}

/// Writes everything; waits where the socket is full, which the loads in use never cause.
bool write_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::send(fd, data, size, MSG_NOSIGNAL);
        if (written < 0 && errno == EAGAIN) {
            pollfd wait{fd, POLLOUT, 0};
            ::poll(&wait, 1, 1000);
            continue;
        }
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

/// Answers each blank line with the same bytes.
class Canned {
public:
    explicit Canned(const std::string& one) : size_(one.size()) {
        for (std::size_t i = 0; i < kBatch; ++i) batch_ += one;
    }
    void open(int fd) { lines_[static_cast<std::size_t>(fd)] = {}; }
    bool receive(int fd, char* data, std::size_t size) {
        std::memset(data + size, 0, bench::kBlock);
        std::size_t count = lines_[static_cast<std::size_t>(fd)].count(data, size);
        for (; count > 0; count -= std::min(count, kBatch))
            if (!write_all(fd, batch_.data(), std::min(count, kBatch) * size_)) return false;
        return true;
    }

private:
    std::size_t size_;
    std::string batch_;
    std::vector<bench::BlankLines> lines_{kDescriptors};
};

/// Answers each POST of `kEchoBody` bytes with its body; keeps what is incomplete.
class Echo {
public:
    explicit Echo(std::string head) : head_(std::move(head)) {}
    void open(int fd) { rest_[static_cast<std::size_t>(fd)].clear(); }
    bool receive(int fd, char* data, std::size_t size) {
        std::string& rest = rest_[static_cast<std::size_t>(fd)];
        std::string_view input{data, size};
        if (!rest.empty()) input = rest.append(input);
        out_.clear();
        while (const auto body = next_body(input)) out_.append(head_).append(*body);
        rest = std::string(input);
        return write_all(fd, out_.data(), out_.size());
    }

private:
    static std::optional<std::string_view> next_body(std::string_view& input) {
        const auto* end =
            static_cast<const char*>(::memmem(input.data(), input.size(), "\r\n\r\n", 4));
        if (end == nullptr) return std::nullopt;
        const auto start = static_cast<std::size_t>(end - input.data()) + 4;
        if (input.size() < start + kEchoBody) return std::nullopt;
        const std::string_view body = input.substr(start, kEchoBody);
        input.remove_prefix(start + kEchoBody);
        return body;
    }

    std::string head_;
    std::string out_;
    std::vector<std::string> rest_{kDescriptors};
};

int listen_on(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Accepted sockets inherit it.
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (::listen(fd, 4096) != 0) fail("listen");
    return fd;
}

void watch(int epoll, int fd, std::uint32_t events) {
    epoll_event event{.events = events, .data = {.fd = fd}};
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

template <class Service>
void accept_all(int listener, int epoll, Service& service) {
    int fd = -1;
    while ((fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        service.open(fd);
        // Edge-triggered: a level-triggered socket is polled once more after each event.
        watch(epoll, fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
    }
}

template <class Service>
bool serve(int fd, char* buffer, Service& service) {
    for (;;) {
        const ssize_t size = ::recv(fd, buffer, kReadBuffer, 0);
        if (size < 0) return errno == EAGAIN;
        if (size == 0) return false;
        if (!service.receive(fd, buffer, static_cast<std::size_t>(size))) return false;
        if (static_cast<std::size_t>(size) < kReadBuffer) return true;
    }
}

template <class Service>
int run(int port, Service service) {
    const int listener = listen_on(port);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener, EPOLLIN);
    std::vector<char> buffer(kReadBuffer + bench::kBlock);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i) {
            const epoll_event event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == listener)
                accept_all(listener, epoll, service);
            else if (!serve(event.data.fd, buffer.data(), service) || (event.events & EPOLLRDHUP))
                ::close(event.data.fd);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 3 ? argv[2] : "";
    const int port = argc == 3 ? std::atoi(argv[1]) : 0;
    constexpr std::string_view kText = "text/plain; charset=utf-8";
    if (mode == "text") return run(port, Canned{response(kText, 13, "Hello, World!")});
    if (mode == "route") return run(port, Canned{response(kText, 5, "12345")});
    if (mode == "json")
        return run(port,
                   Canned{response("application/json", 27, R"({"message":"Hello, World!"})")});
    if (mode == "echo") return run(port, Echo{response("application/octet-stream", kEchoBody, "")});
    std::fputs("usage: limit_server PORT text|json|route|echo\n", stderr);
    return 2;
}
