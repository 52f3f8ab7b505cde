// SPDX-License-Identifier: MIT
#include <pottle/net/quic/router.hpp>

#include <mutex>
#include <utility>

namespace pottle::net {

/// What waits for one endpoint.
class QuicRouter::Mailbox final : public async::Job {
public:
    explicit Mailbox(std::size_t limit) noexcept : limit_(limit) {}

    void attach(async::Executor& executor, QuicEndpoint& endpoint) {
        endpoint_ = &endpoint;
        const std::scoped_lock lock(mutex_);
        executor_ = &executor;
    }
    void detach() noexcept {
        endpoint_ = nullptr;
        const std::scoped_lock lock(mutex_);
        executor_ = nullptr;
        waiting_.clear();
    }
    bool put(const Datagram& datagram) noexcept {
        const std::scoped_lock lock(mutex_);
        if (!executor_ || waiting_.size() >= limit_) return false;
        try {
            waiting_.push_back(
                {datagram.path, datagram.ecn, {datagram.octets.begin(), datagram.octets.end()}});
        } catch (const std::bad_alloc&) {
            return false;
        }
        if (!std::exchange(posted_, true)) executor_->post(*this);
        return true;
    }
    void run() noexcept override {
        std::vector<Copy> taken;
        {
            const std::scoped_lock lock(mutex_);
            posted_ = false;
            taken = std::exchange(waiting_, {});
        }
        for (const Copy& copy : taken)
            if (endpoint_) endpoint_->receive({copy.path, copy.ecn, copy.octets});
    }

private:
    struct Copy {
        DatagramPath path;
        EcnMark ecn;
        std::vector<std::uint8_t> octets;
    };
    const std::size_t limit_;
    QuicEndpoint* endpoint_ = nullptr;  // touched by its own loop only
    std::mutex mutex_;                  // guards what follows
    async::Executor* executor_ = nullptr;
    std::vector<Copy> waiting_;
    bool posted_ = false;
};

QuicRouter::QuicRouter(std::size_t loops, std::size_t ports, std::size_t limit) : ports_(ports) {
    for (std::size_t i = 0; i < loops * ports; ++i)
        mailboxes_.push_back(std::make_unique<Mailbox>(limit));
}
QuicRouter::~QuicRouter() = default;

void QuicRouter::attach(std::size_t loop, std::size_t port, async::Executor& executor,
                        QuicEndpoint& endpoint) {
    mailboxes_.at(loop * ports_ + port)->attach(executor, endpoint);
}

void QuicRouter::detach(std::size_t loop, std::size_t port) noexcept {
    mailboxes_[loop * ports_ + port]->detach();
}

bool QuicRouter::hand_over(QuicRoute route, std::size_t port, const Datagram& datagram) noexcept {
    const std::size_t index = route.loop * ports_ + port;
    // Another process's connections are not reached from here.
    if (route.process != 0 || index >= mailboxes_.size()) return false;
    return mailboxes_[index]->put(datagram);
}

}  // namespace pottle::net
