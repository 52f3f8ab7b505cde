// SPDX-License-Identifier: MIT
#include <pottle/net/lingering_closer.hpp>

#include <new>
#include <utility>

namespace pottle::net {

using async::IoResult;

class LingeringCloser::Lingering final : public async::StreamObserver, public async::Timer {
public:
    Lingering(LingeringCloser& closer, std::unique_ptr<async::Stream> stream) noexcept
        : stream_(std::move(stream)), closer_(closer) {}

    void begin() noexcept {
        if (closer_.options_.send_timeout.count() > 0)
            send_deadline_ = closer_.executor_.now() + closer_.options_.send_timeout;
        stream_->observe(this);
        stream_->shutdown_write();
        wait();
        discard();
    }

    void on_readable() noexcept override { discard(); }
    void on_writable() noexcept override {}
    /// A half-closed peer ends the stream when its bytes have been read.
    void on_peer_closed() noexcept override { discard(); }
    /// The time to linger begins when the last response has left.
    void on_timer() noexcept override {
        if (all_sent_ || closer_.executor_.now() >= send_deadline_) return closer_.drop(*this);
        wait();
    }

    Lingering* previous = nullptr;
    Lingering* next = nullptr;

private:
    /// How often a stream is asked whether all has left: it does not tell.
    static constexpr Milliseconds kLook{100};

    void wait() noexcept {
        all_sent_ = !stream_->has_unsent();
        const Milliseconds time = all_sent_ ? closer_.options_.timeout : kLook;
        closer_.executor_.start_timer(*this, closer_.executor_.now() + time);
    }

    void discard() noexcept {
        char rubbish[16 * 1024];
        while (discarded_ < closer_.options_.max_discarded) {
            const IoResult result = stream_->read(rubbish);
            if (result.kind == IoResult::Kind::WouldBlock) return;
            if (result.kind != IoResult::Kind::Done) break;
            discarded_ += result.count;
        }
        if (discarded_ >= closer_.options_.max_discarded && stream_->has_unsent())
            return;  // not read any more; the timer ends it
        closer_.drop(*this);
    }

    std::unique_ptr<async::Stream> stream_;
    LingeringCloser& closer_;
    std::size_t discarded_ = 0;
    SteadyTime send_deadline_ = SteadyTime::max();
    bool all_sent_ = true;
};

LingeringCloser::LingeringCloser(async::Executor& executor, LingeringCloserOptions options)
    : executor_(executor), options_(options) {}

LingeringCloser::~LingeringCloser() {
    while (first_) drop(*first_);
}

void LingeringCloser::close(std::unique_ptr<async::Stream> stream) noexcept {
    auto* lingering = new (std::nothrow) Lingering(*this, std::move(stream));
    if (!lingering) return;
    lingering->previous = last_;
    (last_ ? last_->next : first_) = lingering;
    last_ = lingering;
    if (++count_ > options_.max_streams) drop(*first_);
    lingering->begin();
}

void LingeringCloser::drop(Lingering& lingering) noexcept {
    executor_.stop_timer(lingering);
    (lingering.previous ? lingering.previous->next : first_) = lingering.next;
    (lingering.next ? lingering.next->previous : last_) = lingering.previous;
    --count_;
    delete &lingering;
}

}  // namespace pottle::net
