// SPDX-License-Identifier: MIT
#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>
#include <pottle/net/acceptor.hpp>
#include <pottle/net/socket_stream.hpp>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pottle::net {

namespace {

/// Level-triggered and exclusive: a connection wakes one waiting loop, and one left in the queue
/// wakes the next turn.
constexpr std::uint32_t kListenerEvents = EPOLLIN | EPOLLEXCLUSIVE;
/// A process that stays out of descriptors says so once in this time.
constexpr Seconds kComplaintInterval{60};

bool is_out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(Loop& loop, Listener listener, ConnectionSink& sink, TlsContext* tls,
                   AcceptorOptions options)
    : IoHandle(listener.descriptor()),
      loop_(loop),
      listener_(std::move(listener)),
      sink_(sink),
      tls_(tls),
      options_(options),
      last_complaint_(loop.now() - kComplaintInterval) {
    open_spare();
    resume();
}

Acceptor::~Acceptor() {
    stop_now();
    if (spare_ >= 0) ::close(spare_);
}

void Acceptor::stop() noexcept {
    if (state_ == State::Accepting) loop_.unwatch(*this);
    if (state_ == State::Paused) {
        loop_.stop_timer(*this);
        loop_.stop_waiting_for_descriptor(*this);
    }
    state_ = State::Stopped;
    listener_.close();
}

void Acceptor::stop_now() noexcept {
    stop();
}

void Acceptor::on_events(std::uint32_t) noexcept {
    for (unsigned left = options_.accepts_per_turn; left > 0; --left)
        if (!accept_one()) return;
}

/// Returns: whether another connection may be waiting.
bool Acceptor::accept_one() noexcept {
    sockaddr_storage address;
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    generic->sa_family = AF_UNIX;
    const int accepted = ::accept4(descriptor(), generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) {
        if (is_out_of_resources(errno)) {
            pause(errno);
            return false;
        }
        // accept(2) also returns errors of the connection that was being accepted: skip that one.
        return errno != EAGAIN && errno != EINVAL && errno != EBADF;
    }
    // The sink may stop or destroy this acceptor.
    Loop& loop = loop_;
    take(accepted, PeerName(*generic));
    return loop.is_current(*this) && state_ == State::Accepting;
}

void Acceptor::take(int accepted, const PeerName& peer) noexcept {
    if (auto stream = SocketStream::adopt(loop_, accepted, peer))
        sink_.on_connection(std::move(stream));
}

void Acceptor::pause(int error) noexcept {
    if (loop_.now() - last_complaint_ >= kComplaintInterval) {
        last_complaint_ = loop_.now();
        log::warning(fmt::format("cannot accept at {}: {}; trying again every {} ms",
                                 listener_.address(), std::generic_category().message(error),
                                 options_.retry_after.count()));
    }
    refuse_with_spare();
    loop_.unwatch(*this);
    state_ = State::Paused;
    loop_.start_timer(*this, loop_.now() + options_.retry_after);
    loop_.wait_for_descriptor(*this);
}

void Acceptor::resume() noexcept {
    loop_.stop_timer(*this);
    loop_.stop_waiting_for_descriptor(*this);
    if (spare_ < 0) open_spare();
    if (const auto watched = loop_.watch(*this, kListenerEvents)) {
        state_ = State::Accepting;
        return;
    }
    loop_.start_timer(*this, loop_.now() + options_.retry_after);
}

void Acceptor::refuse_with_spare() noexcept {
    if (spare_ < 0) return;
    ::close(std::exchange(spare_, -1));
    const int refused = ::accept4(descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (refused >= 0) ::close(refused);
    open_spare();
}

void Acceptor::open_spare() noexcept {
    spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace pottle::net
