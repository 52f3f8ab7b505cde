// SPDX-License-Identifier: MIT
/// \file
/// What the net tests share: a loop driven by hand, a client socket, an observer that records.
/// Client and server run on one thread; nothing sleeps. The time limit only ends a test that hangs.
#pragma once

#include <pottle/net/acceptor.hpp>
#include <pottle/net/loop.hpp>
#include <pottle/net/socket_stream.hpp>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace pottle::net::test {

inline constexpr std::chrono::seconds kHangLimit{20};

/// Turns the loop until `done()`. Returns: false when it hangs.
template <class Predicate>
bool run_until(Loop& loop, Predicate done) {
    const auto limit = std::chrono::steady_clock::now() + kHangLimit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        loop.run_once(Milliseconds(1));
    }
    return true;
}

/// Turns the loop until a turn finds nothing more to do.
inline void run_idle(Loop& loop) {
    for (int i = 0; i < 4; ++i) loop.run_once(Milliseconds(0));
}

/// A non-blocking client on the other end.
class Client {
public:
    explicit Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    explicit Client(const std::string& path) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    Client(Client&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), error_(other.error_) {}
    Client& operator=(Client&&) = delete;
    ~Client() { close(); }

    bool connected() const { return error_ == 0; }
    int error() const { return error_; }
    int descriptor() const { return descriptor_; }

    /// What fits into the socket.
    std::size_t send(std::string_view text) {
        const ssize_t sent =
            ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    /// What is there: text, or "" with ended() or reset() set, or "" when there is nothing.
    std::string receive(std::size_t limit = 65536) {
        std::string text(limit, '\0');
        const ssize_t count = ::recv(descriptor_, text.data(), limit, MSG_DONTWAIT);
        ended_ = count == 0;
        reset_ = count < 0 && errno == ECONNRESET;
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    }
    bool ended() const { return ended_; }
    bool reset() const { return reset_; }
    void shutdown_write() { ::shutdown(descriptor_, SHUT_WR); }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    /// Closes with RST.
    void abort() {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }

private:
    void connect_to(const sockaddr* address, socklen_t length) {
        if (::connect(descriptor_, address, length) != 0) error_ = errno;
    }

    int descriptor_;
    int error_ = 0;
    bool ended_ = false;
    bool reset_ = false;
};

/// Keeps the streams it is given.
class KeepStreams final : public ConnectionSink {
public:
    void on_connection(std::unique_ptr<async::Stream> stream) noexcept override {
        streams.push_back(std::move(stream));
    }
    std::vector<std::unique_ptr<async::Stream>> streams;
};

/// Counts what it is told.
class CountingObserver final : public async::StreamObserver {
public:
    void on_readable() noexcept override { ++readable; }
    void on_writable() noexcept override { ++writable; }
    void on_peer_closed() noexcept override { ++closed; }
    int readable = 0;
    int writable = 0;
    int closed = 0;
};

inline Listener listen_on_loopback(const ListenOptions& options = {}) {
    auto listener = Listener::bind(*Address::parse("127.0.0.1:0"), options);
    REQUIRE_MESSAGE(listener, listener.error().message);
    return *listener;
}

/// One accepted connection.
struct Connection {
    Loop loop;
    Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor{loop, listener, sink};
    Client client{listener.port()};
    CountingObserver observer;

    Connection() {
        REQUIRE(run_until(loop, [this] { return !sink.streams.empty(); }));
        stream().observe(&observer);
        run_idle(loop);
    }
    ~Connection() { sink.streams.clear(); }
    async::Stream& stream() { return *sink.streams.front(); }
    std::string read(std::size_t limit = 4096) {
        std::string text(limit, '\0');
        result = stream().read(text);
        text.resize(result.kind == async::IoResult::Kind::Done ? result.count : 0);
        return text;
    }
    async::IoResult write(std::string_view text) { return stream().write({&text, 1}); }
    async::IoResult result;
};

}  // namespace pottle::net::test
