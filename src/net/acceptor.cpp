// SPDX-License-Identifier: MIT
#include "error_text.hpp"
#include "tls_stream.hpp"

#include <pottle/base/log.hpp>
#include <pottle/net/acceptor.hpp>
#include <pottle/net/socket_stream.hpp>

#include <algorithm>
#include <cerrno>
#include <new>
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

/// One handshake under way; owned by the acceptor's list.
class Acceptor::Handshake final : public HandshakeObserver, public async::Timer {
public:
    Handshake(Acceptor& acceptor, std::unique_ptr<TlsStream> stream) noexcept
        : acceptor_(acceptor), stream_(std::move(stream)) {}

    void on_handshake(Outcome outcome, std::string_view reason) noexcept override {
        if (outcome != Outcome::Done) return fail(outcome, reason);
        auto stream = std::move(stream_);
        ConnectionSink& sink = acceptor_.sink_;
        acceptor_.end_handshake(*this);
        sink.on_connection(std::move(stream));
    }
    void on_timer() noexcept override { fail(Outcome::Failed, "it took too long"); }

    void fail(Outcome outcome, std::string_view reason) noexcept {
        const auto level = outcome == Outcome::LeftSilently ? log::Level::Debug : log::Level::Info;
        if (level >= log::level())
            log::write(level, fmt::format("TLS handshake with {} failed: {}",
                                          stream_->peer_address(), reason));
        acceptor_.end_handshake(*this);
    }

    Handshake* previous = nullptr;
    Handshake* next = nullptr;

private:
    Acceptor& acceptor_;
    std::unique_ptr<TlsStream> stream_;
};

Acceptor::Acceptor(Loop& loop, Listener listener, ConnectionSink& sink, TlsContext* tls,
                   AcceptorOptions options)
    : IoHandle(listener.descriptor()),
      loop_(loop),
      listener_(std::move(listener)),
      sink_(sink),
      tls_(tls),
      options_(options),
      last_complaint_(loop.now() - kComplaintInterval) {
    if (tls_) loop_.buffers();  // so that no connection fails for want of them
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
    while (first_pending_) end_handshake(*first_pending_);
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
    if (tls_) {
        begin_handshake(TlsStream::adopt(loop_, accepted, peer, *tls_));
        return;
    }
    if (auto stream = SocketStream::adopt(loop_, accepted, peer))
        sink_.on_connection(std::move(stream));
}

void Acceptor::begin_handshake(std::unique_ptr<TlsStream> stream) noexcept {
    TlsStream* const raw = stream.get();
    auto* handshake = raw ? new (std::nothrow) Handshake(*this, std::move(stream)) : nullptr;
    if (!handshake) return;
    raw->observe_handshake(handshake);
    handshake->previous = last_pending_;
    (last_pending_ ? last_pending_->next : first_pending_) = handshake;
    last_pending_ = handshake;
    if (options_.handshake_timeout.count() > 0)
        loop_.start_timer(*handshake, loop_.now() + options_.handshake_timeout);
    if (++pending_count_ > options_.max_pending_handshakes)
        first_pending_->fail(HandshakeObserver::Outcome::Failed,
                             "there are too many at once, this is the oldest");
}

void Acceptor::end_handshake(Handshake& handshake) noexcept {
    loop_.stop_timer(handshake);
    (handshake.previous ? handshake.previous->next : first_pending_) = handshake.next;
    (handshake.next ? handshake.next->previous : last_pending_) = handshake.previous;
    --pending_count_;
    delete &handshake;
}

void Acceptor::pause(int error) noexcept {
    if (loop_.now() - last_complaint_ >= kComplaintInterval) {
        last_complaint_ = loop_.now();
        log::warning(fmt::format("cannot accept at {}: {}; trying again every {} ms",
                                 listener_.address(), error_text(error),
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
