// SPDX-License-Identifier: MIT
#include <pottle/net/loop.hpp>
#include <pottle/net/socket_base.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace pottle::net {

using async::IoResult;

namespace {

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kMaxPieces = 64;
/// One call moves at most this much, so that a fast peer with a large file does not hold up the
/// loop's other connections.
constexpr std::size_t kMaxFilePart = std::size_t{1} << 20;

}  // namespace

PeerName::PeerName(const sockaddr& address) noexcept {
    if (address.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        std::memcpy(octets_, kMappedPrefix, sizeof kMappedPrefix);
        std::memcpy(octets_ + sizeof kMappedPrefix, &v4.sin_addr, sizeof v4.sin_addr);
        port_ = ntohs(v4.sin_port);
        is_unix_ = false;
    } else if (address.sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        std::memcpy(octets_, &v6.sin6_addr, sizeof octets_);
        port_ = ntohs(v6.sin6_port);
        is_unix_ = false;
    }
}

std::string PeerName::text() const {
    if (is_unix_) return "unix:";
    char buffer[INET6_ADDRSTRLEN];
    if (std::memcmp(octets_, kMappedPrefix, sizeof kMappedPrefix) == 0) {
        ::inet_ntop(AF_INET, octets_ + sizeof kMappedPrefix, buffer, sizeof buffer);
        return std::string(buffer) + ':' + std::to_string(port_);
    }
    ::inet_ntop(AF_INET6, octets_, buffer, sizeof buffer);
    return '[' + std::string(buffer) + "]:" + std::to_string(port_);
}

SocketBase::~SocketBase() {
    loop_.close(*this);
}

async::Executor& SocketBase::executor() const noexcept {
    return loop_;
}

void SocketBase::observe(async::StreamObserver* observer) noexcept {
    observer_ = observer;
    tell_observer_later();
}

std::string SocketBase::local_address() const {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::getsockname(descriptor(), generic, &length) != 0) return "unix:";
    return PeerName(*generic).text();
}

void SocketBase::on_events(std::uint32_t events) noexcept {
    note_events(events);
    tell_observer();
}

void SocketBase::note_events(std::uint32_t events) noexcept {
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) set(kReadable);
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) set(kWritable);
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) set(kPeerClosed);
}

void SocketBase::tell_observer() noexcept {
    Loop& loop = loop_;
    if (observer_ && has(kWantRead) && has(kReadable | kBuffered)) {
        clear(kWantRead);
        observer_->on_readable();
        if (!loop.is_current(*this)) return;
    }
    if (observer_ && has(kWantWrite) && has(kWritable)) {
        clear(kWantWrite);
        observer_->on_writable();
        if (!loop.is_current(*this)) return;
    }
    if (observer_ && has(kPeerClosed) && !has(kToldPeerClosed)) {
        set(kToldPeerClosed);
        observer_->on_peer_closed();
    }
}

void SocketBase::tell_observer_later() noexcept {
    const bool something_to_tell = (has(kWantRead) && has(kReadable | kBuffered)) ||
                                   (has(kWantWrite) && has(kWritable)) ||
                                   (has(kPeerClosed) && !has(kToldPeerClosed));
    if (observer_ && something_to_tell) loop_.notify_later(*this);
}

IoResult SocketBase::receive(char* into, std::size_t size) noexcept {
    while (true) {
        const ssize_t count = ::recv(descriptor(), into, size, 0);
        if (count > 0) {
            // A short read has emptied the socket, and what comes later is a new edge. Only the
            // peer's end may have been part of an edge that was already delivered.
            if (static_cast<std::size_t>(count) < size && !has(kPeerClosed)) clear(kReadable);
            return IoResult::done(static_cast<std::size_t>(count));
        }
        if (count == 0) {
            set(kEnd | kPeerClosed);
            return IoResult::end();
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return fail_with(errno);
        clear(kReadable);
        return IoResult::would_block();
    }
}

IoResult SocketBase::send(std::span<const std::string_view> pieces) noexcept {
    iovec vector[kMaxPieces];
    const std::size_t count = std::min(pieces.size(), kMaxPieces);
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        vector[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        total += pieces[i].size();
    }
    if (total == 0) return IoResult::done(0);
    msghdr message{};
    message.msg_iov = vector;
    message.msg_iovlen = count;
    while (true) {
        const ssize_t sent = count == 1
                                 ? ::send(descriptor(), vector[0].iov_base, total, MSG_NOSIGNAL)
                                 : ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            if (static_cast<std::size_t>(sent) < total) clear(kWritable);
            return IoResult::done(static_cast<std::size_t>(sent));
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return fail_with(errno);
        clear(kWritable);
        return IoResult::would_block();
    }
}

IoResult SocketBase::send_from_file(int file, std::uint64_t offset, std::size_t count) noexcept {
    if (count == 0) return IoResult::done(0);
    auto position = static_cast<off_t>(offset);
    while (true) {
        const ssize_t sent =
            ::sendfile(descriptor(), file, &position, std::min(count, kMaxFilePart));
        if (sent > 0) return IoResult::done(static_cast<std::size_t>(sent));
        if (sent == 0)
            return IoResult::failed(
                Error::us(Errc::UnexpectedEnd, "the file is shorter than said"));
        if (errno == EINTR) continue;
        if (errno == EIO || errno == EINVAL || errno == EBADF || errno == EOVERFLOW)
            return IoResult::failed(Error::system(errno, "the file cannot be sent"));
        if (errno != EAGAIN) return fail_with(errno);
        clear(kWritable);
        return IoResult::would_block();
    }
}

void SocketBase::shut_down_socket() noexcept {
    ::shutdown(descriptor(), SHUT_WR);
}

IoResult SocketBase::fail_with(int error) noexcept {
    set(kReset | kPeerClosed);
    if (error == ETIMEDOUT) set(kTimedOut);
    return failure();
}

IoResult SocketBase::failure() const noexcept {
    if (has(kTimedOut))
        return IoResult::failed({Errc::TimedOut, Blame::Peer, 0, 0, ETIMEDOUT,
                                 "the peer stopped acknowledging what was sent"});
    return IoResult::failed(
        {Errc::Reset, Blame::Peer, 0, 0, ECONNRESET, "the peer reset the connection"});
}

}  // namespace pottle::net
