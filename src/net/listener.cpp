// SPDX-License-Identifier: MIT
#include "error_text.hpp"
#include "unique_descriptor.hpp"

#include <pottle/base/require.hpp>
#include <pottle/net/listener.hpp>
#include <pottle/net/socket_base.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace pottle::net {

namespace {

std::unexpected<SetupError> cannot_listen(const Address& address, std::string_view reason,
                                          int error = 0) {
    return std::unexpected(SetupError{
        Errc::Address, error,
        error
            ? fmt::format("cannot listen at {}: {}: {}", address.text(), reason, error_text(error))
            : fmt::format("cannot listen at {}: {}", address.text(), reason)});
}

void set_option(int descriptor, int level, int option, int value) noexcept {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

/// Accepted sockets inherit it, which saves a system call for each. Without it a response in two
/// writes waits for the peer's delayed acknowledgement, 40 ms.
void set_no_delay(int descriptor) noexcept {
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
}

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

SetupResult<AddressList> look_up(const Address& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    if (address.host.empty()) hints.ai_family = AF_INET;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                    std::to_string(address.port).c_str(), &hints, &list);
    if (error == 0) return AddressList(list);
    return cannot_listen(address, fmt::format("the host is unknown ({})", ::gai_strerror(error)));
}

const addrinfo& preferred(const addrinfo* first) {
    for (const addrinfo* entry = first; entry; entry = entry->ai_next)
        if (entry->ai_family == AF_INET) return *entry;
    return *first;
}

/// Removes the file of a Unix socket that nobody listens at.
SetupResult<> remove_stale_socket(const Address& address, const sockaddr* where, socklen_t length) {
    struct stat status{};
    if (::lstat(address.path.c_str(), &status) != 0) {
        if (errno == ENOENT) return {};
        return cannot_listen(address, "the path cannot be examined", errno);
    }
    if (!S_ISSOCK(status.st_mode))
        return cannot_listen(address, "there is a file at the path that is not a socket");
    const UniqueDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(probe.get(), where, length) == 0 || errno == EAGAIN)
        return cannot_listen(address, "another process listens there", EADDRINUSE);
    if (::unlink(address.path.c_str()) != 0 && errno != ENOENT)
        return cannot_listen(address, "the stale socket file cannot be removed", errno);
    return {};
}

}  // namespace

struct Listener::Socket {
    Address bound;  ///< as asked for, with the real port
    ListenOptions options;
    UniqueDescriptor descriptor;
    std::string address;
    bool is_unix = false;
    std::string file_to_remove;
    dev_t file_device = 0;
    ino_t file_inode = 0;

    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (file_to_remove.empty()) return;
        // Only if it is still ours: a successor may have bound the same path already.
        struct stat status{};
        if (::lstat(file_to_remove.c_str(), &status) == 0 && status.st_dev == file_device &&
            status.st_ino == file_inode)
            ::unlink(file_to_remove.c_str());
    }
};

Listener::Listener(std::shared_ptr<const Socket> socket) noexcept : socket_(std::move(socket)) {}

SetupResult<Listener> Listener::bind(const Address& address, const ListenOptions& options) {
    switch (address.kind) {
        case Address::Kind::Unix:
            return bind_unix(address, options);
        case Address::Kind::Descriptor:
            return inherit(address, options);
        case Address::Kind::Tcp:
            break;
    }
    return bind_tcp(address, options);
}

SetupResult<Listener> Listener::bind_tcp(const Address& address, const ListenOptions& options) {
    auto list = look_up(address);
    if (!list) return std::unexpected(std::move(list).error());
    const addrinfo& where = preferred(list->get());

    auto socket = std::make_shared<Socket>();
    socket->descriptor =
        UniqueDescriptor(::socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int descriptor = socket->descriptor.get();
    if (descriptor < 0) return cannot_listen(address, "no socket", errno);
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (options.reuse_port == ListenOptions::ReusePort::Yes)
        set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    if (where.ai_family == AF_INET6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_no_delay(descriptor);
    if (::bind(descriptor, where.ai_addr, where.ai_addrlen) != 0)
        return cannot_listen(address, "the address cannot be bound", errno);
    if (::listen(descriptor, options.backlog) != 0)
        return cannot_listen(address, "listen failed", errno);

    sockaddr_storage real{};
    socklen_t length = sizeof real;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&real), &length);
    socket->address = PeerName(reinterpret_cast<const sockaddr&>(real)).text();
    socket->bound = address;
    socket->bound.port =
        ntohs(real.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(real).sin6_port
                                         : reinterpret_cast<const sockaddr_in&>(real).sin_port);
    socket->options = options;
    return Listener(std::move(socket));
}

SetupResult<Listener> Listener::bind_unix(const Address& address, const ListenOptions& options) {
    const bool is_abstract = address.path.starts_with('@');
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    POTTLE_REQUIRE(address.path.size() < sizeof where.sun_path, "a Unix path is too long");
    std::memcpy(where.sun_path, address.path.data(), address.path.size());
    if (is_abstract) where.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                               address.path.size() + (is_abstract ? 0 : 1));
    const auto* generic = reinterpret_cast<const sockaddr*>(&where);
    if (!is_abstract) POTTLE_TRY(remove_stale_socket(address, generic, length));

    auto socket = std::make_shared<Socket>();
    socket->descriptor =
        UniqueDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int descriptor = socket->descriptor.get();
    if (descriptor < 0) return cannot_listen(address, "no socket", errno);
    if (::bind(descriptor, generic, length) != 0)
        return cannot_listen(address, "the path cannot be bound", errno);
    if (!is_abstract) {
        struct stat status{};
        if (::lstat(address.path.c_str(), &status) == 0) {
            socket->file_to_remove = address.path;
            socket->file_device = status.st_dev;
            socket->file_inode = status.st_ino;
        }
        // Nobody can connect before listen(), so the permissions are never wider than asked.
        if (options.unix_permissions &&
            ::chmod(address.path.c_str(), static_cast<mode_t>(*options.unix_permissions)) != 0)
            return cannot_listen(address, "the permissions cannot be set", errno);
    }
    if (::listen(descriptor, options.backlog) != 0)
        return cannot_listen(address, "listen failed", errno);
    socket->address = address.text();
    socket->bound = address;
    socket->options = options;
    socket->is_unix = true;
    return Listener(std::move(socket));
}

SetupResult<Listener> Listener::inherit(const Address& address, const ListenOptions& options) {
    int type = 0;
    socklen_t length = sizeof type;
    if (::getsockopt(address.descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return cannot_listen(address, "the descriptor is not an open socket", errno);
    if (type != SOCK_STREAM) return cannot_listen(address, "the descriptor is not a stream socket");
    int listening = 0;
    length = sizeof listening;
    ::getsockopt(address.descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length);
    // A socket that was only bound is as good: listen on it. On one that listens already this sets
    // the backlog.
    if (::listen(address.descriptor, options.backlog) != 0)
        return cannot_listen(address, listening ? "listen failed" : "the socket is not bound",
                             errno);

    auto socket = std::make_shared<Socket>();
    socket->descriptor = UniqueDescriptor(address.descriptor);
    ::fcntl(address.descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(address.descriptor, F_SETFL, ::fcntl(address.descriptor, F_GETFL) | O_NONBLOCK);
    sockaddr_storage real{};
    length = sizeof real;
    ::getsockname(address.descriptor, reinterpret_cast<sockaddr*>(&real), &length);
    socket->is_unix = real.ss_family == AF_UNIX;
    if (socket->is_unix) {
        std::string path(reinterpret_cast<const sockaddr_un&>(real).sun_path,
                         length - offsetof(sockaddr_un, sun_path));
        if (path.starts_with('\0')) path[0] = '@';
        socket->address = "unix:" + std::string(path.c_str());
    } else {
        set_no_delay(address.descriptor);
        socket->address = PeerName(reinterpret_cast<const sockaddr&>(real)).text();
        socket->bound.port = ntohs(reinterpret_cast<const sockaddr_in&>(real).sin_port);
    }
    socket->options = options;
    return Listener(std::move(socket));
}

const std::string& Listener::address() const noexcept {
    return socket_->address;
}
std::uint16_t Listener::port() const noexcept {
    return socket_->is_unix ? 0 : socket_->bound.port;
}
bool Listener::is_unix() const noexcept {
    return socket_->is_unix;
}
int Listener::descriptor() const noexcept {
    return socket_->descriptor.get();
}

SetupResult<Listener> Listener::bind_again() const {
    POTTLE_REQUIRE(socket_ && socket_->options.reuse_port == ListenOptions::ReusePort::Yes,
                   "bind_again() needs a listener that was bound with ReusePort::Yes");
    return bind(socket_->bound, socket_->options);
}

std::vector<Address> inherited_addresses() {
    const auto number_of = [](const char* variable) {
        const char* text = std::getenv(variable);
        long number = -1;
        if (text) std::from_chars(text, text + std::strlen(text), number);
        return number;
    };
    constexpr int kFirstInherited = 3;
    constexpr long kMost = 1024;
    std::vector<Address> addresses;
    if (number_of("LISTEN_PID") != ::getpid()) return addresses;
    const long count = std::min(number_of("LISTEN_FDS"), kMost);
    for (int i = 0; i < count; ++i) {
        Address address;
        address.kind = Address::Kind::Descriptor;
        address.descriptor = kFirstInherited + i;
        addresses.push_back(std::move(address));
    }
    return addresses;
}

}  // namespace pottle::net
