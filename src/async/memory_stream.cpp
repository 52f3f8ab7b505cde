// SPDX-License-Identifier: MIT
#include <pottle/async/memory_stream.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

namespace pottle::async {

namespace {

constexpr Error kReset = {Errc::Reset, Blame::System, 0, 0, 0, "connection reset"};
constexpr std::size_t kFileChunk = 16 * 1024;

/// What one end knows, and how its observer is told.
struct End final : Job {
    std::string unread;  ///< bytes that the peer wrote
    bool alive = true;   ///< the stream object exists
    bool peer_finished = false;
    bool shut_down = false;
    bool reset = false;
    StreamObserver* observer = nullptr;

    // Asked for by WouldBlock, and then due.
    bool wants_readable = false;
    bool wants_writable = false;
    bool readable_due = false;
    bool writable_due = false;
    bool closed_due = false;
    Executor* executor = nullptr;
    MemoryStream::Wire* wire = nullptr;
    std::shared_ptr<MemoryStream::Wire> keeps_alive;  ///< while this job is deferred

    void readable() noexcept {
        readable_due |= std::exchange(wants_readable, false);
        schedule();
    }
    void writable() noexcept {
        writable_due |= std::exchange(wants_writable, false);
        schedule();
    }
    void peer_closed() noexcept {
        if (std::exchange(peer_finished, true)) return;
        closed_due = true;
        readable();
    }
    void schedule() noexcept;
    void run() noexcept override;
};

}  // namespace

struct MemoryStream::Wire : std::enable_shared_from_this<Wire> {
    std::array<End, 2> ends;
    Executor& executor;
    MemoryStreamOptions options;

    Wire(Executor& loop, MemoryStreamOptions chosen) : executor(loop), options(std::move(chosen)) {
        for (End& end : ends) {
            end.executor = &executor;
            end.wire = this;
        }
    }
    End& end(int side) { return ends[std::size_t(side)]; }
    End& peer(int side) { return ends[std::size_t(1 - side)]; }
};

namespace {

void End::schedule() noexcept {
    if (!observer || keeps_alive || !(readable_due || writable_due || closed_due)) return;
    keeps_alive = wire->shared_from_this();
    executor->defer(*this);
}

/// The observer may change, or destroy the stream, in every call.
void End::run() noexcept {
    const auto alive_meanwhile = std::exchange(keeps_alive, nullptr);
    if (observer && std::exchange(readable_due, false)) observer->on_readable();
    if (observer && std::exchange(writable_due, false)) observer->on_writable();
    if (observer && std::exchange(closed_due, false)) observer->on_peer_closed();
}

}  // namespace

MemoryStream::MemoryStream(std::shared_ptr<Wire> wire, int side) noexcept
    : wire_(std::move(wire)), side_(side) {}

MemoryStream::~MemoryStream() {
    End& end = wire_->end(side_);
    end.observer = nullptr;
    end.alive = false;
    end.unread.clear();
    shutdown_write();
    wire_->peer(side_).writable();
}

Executor& MemoryStream::executor() const noexcept {
    return wire_->executor;
}

void MemoryStream::observe(StreamObserver* observer) noexcept {
    End& end = wire_->end(side_);
    end.observer = observer;
    end.schedule();
}

IoResult MemoryStream::read(std::span<char> into) noexcept {
    End& end = wire_->end(side_);
    if (end.reset) return IoResult::failed(kReset);
    if (end.unread.empty()) {
        if (end.peer_finished) return IoResult::end();
        end.wants_readable = true;
        return IoResult::would_block();
    }
    const std::size_t count = std::min(into.size(), end.unread.size());
    std::ranges::copy_n(end.unread.begin(), std::ptrdiff_t(count), into.begin());
    end.unread.erase(0, count);
    wire_->peer(side_).writable();
    return IoResult::done(count);
}

IoResult MemoryStream::write(std::span<const std::string_view> pieces) noexcept {
    End& end = wire_->end(side_);
    End& peer = wire_->peer(side_);
    if (end.reset || !peer.alive || end.shut_down) return IoResult::failed(kReset);
    std::size_t written = 0;
    for (const std::string_view piece : pieces) {
        const std::size_t room = wire_->options.capacity - peer.unread.size();
        peer.unread.append(piece.substr(0, room));
        written += std::min(room, piece.size());
    }
    if (written == 0) {
        end.wants_writable = true;
        return IoResult::would_block();
    }
    peer.readable();
    return IoResult::done(written);
}

IoResult MemoryStream::send_file(int descriptor, std::uint64_t offset, std::size_t count) noexcept {
    std::array<char, kFileChunk> chunk;
    const ssize_t got =
        ::pread(descriptor, chunk.data(), std::min(count, chunk.size()), off_t(offset));
    if (got <= 0) return IoResult::failed(Error::system(errno, "the file cannot be read"));
    const std::string_view piece(chunk.data(), std::size_t(got));
    return write({&piece, 1});
}

void MemoryStream::shutdown_write() noexcept {
    End& end = wire_->end(side_);
    if (end.reset || std::exchange(end.shut_down, true)) return;
    wire_->peer(side_).peer_closed();
}

bool MemoryStream::peer_closed() const noexcept {
    return wire_->end(side_).peer_finished;
}

void MemoryStream::reset() noexcept {
    for (End& end : wire_->ends) {
        end.reset = true;
        end.unread.clear();
        end.writable();
        end.peer_closed();
    }
}

std::string MemoryStream::peer_address() const {
    return side_ == 0 ? wire_->options.server_address : wire_->options.client_address;
}

std::string MemoryStream::local_address() const {
    return side_ == 0 ? wire_->options.client_address : wire_->options.server_address;
}

const TlsFacts* MemoryStream::tls() const noexcept {
    return side_ == 0 ? nullptr : wire_->options.tls;
}

MemoryStreamPair make_memory_streams(Executor& executor, MemoryStreamOptions options) {
    const auto wire = std::make_shared<MemoryStream::Wire>(executor, std::move(options));
    return {std::make_unique<MemoryStream>(wire, 0), std::make_unique<MemoryStream>(wire, 1)};
}

}  // namespace pottle::async
