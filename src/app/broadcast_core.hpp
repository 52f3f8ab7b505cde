// SPDX-License-Identifier: MIT
/// \file
/// What stands behind a Broadcaster: its members, by loop.
///
///   publisher (any thread) --mutex--> Lane::items --posted job--> members (the lane's loop)
///
/// Invariants:
/// 1. Members are linked, told and unlinked on their loop's thread only.
/// 2. A lane has at most kLaneItems messages under way; beyond, they are dropped for its members.
/// 3. Delivery lives as long as somebody has not taken the message; its end lets publish() go on.
#pragma once

#include <pottle/app/broadcaster.hpp>
#include <pottle/async/cross_channel.hpp>
#include <pottle/gateway/shared_message.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace pottle::app {

using SharedFrame = Shared<const gateway::SharedMessage>;

/// A publisher that waits for slow members.
struct Delivery {
    explicit Delivery(async::CrossChannel<bool> to_publisher) : done(std::move(to_publisher)) {}
    ~Delivery() { done.close(); }
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    async::CrossChannel<bool> done;
};

struct BroadcastItem {
    SharedFrame frame;
    std::uint64_t number = 0;  // of the broadcaster, in the order of publication
    // Shared by the lanes and by slow members; null when nobody waits.
    std::shared_ptr<Delivery> delivery;
};

class BroadcastLane;
enum class OnlyItem : std::uint8_t { No, Yes };

/// One websocket among the members. A resource of its seat.
class BroadcastMember final : private gateway::DrainObserver {
public:
    BroadcastMember(std::shared_ptr<BroadcastCore> core, gateway::Websocket& socket,
                    SlowClient policy);
    ~BroadcastMember();

    /// `only`: no other message is delivered in the same run of the lane.
    void take(const BroadcastItem& item, OnlyItem only);
    std::uint64_t dropped() const noexcept { return dropped_; }
    /// Fetches into the cache what take() needs first.
    void fetch() const noexcept {
        __builtin_prefetch(&socket_);
        __builtin_prefetch(reinterpret_cast<const char*>(&socket_) + 64);
        __builtin_prefetch(reinterpret_cast<const char*>(&socket_) + 128);
    }

private:
    friend class BroadcastLane;
    friend class BroadcastCore;
    void on_drained() noexcept override;

    std::shared_ptr<BroadcastCore> core_;
    gateway::Websocket& socket_;
    std::uint64_t joined_at_ = 0;         // the number of the last message before
    std::vector<BroadcastItem> waiting_;  // one for each publisher that waits
    const SlowClient policy_;
    BroadcastLane* lane_ = nullptr;
    std::size_t index_ = 0;  // in the lane
    std::uint64_t dropped_ = 0;
};

/// The members of one loop.
class BroadcastLane final : public async::Job, public std::enable_shared_from_this<BroadcastLane> {
public:
    BroadcastLane(std::mutex& mutex, async::Executor& executor)
        : executor_(executor), mutex_(mutex) {}

    /// Precondition: the core's mutex is held.
    void push(const BroadcastItem& item);
    async::Executor& executor() const noexcept { return executor_; }

    // On the loop's thread.
    void add(BroadcastMember& member);
    void remove(BroadcastMember& member) noexcept;
    bool empty() const noexcept { return members_.empty(); }
    void run() noexcept override;

    std::shared_ptr<BroadcastCore> keeper;  // while the lane has members or a job under way

private:
    async::Executor& executor_;
    std::mutex& mutex_;  // the core's, which the keeper keeps alive; guards items_, posted_
    std::vector<BroadcastItem> items_;
    std::shared_ptr<BroadcastLane> posted_;  // itself, while its job is under way
    std::vector<BroadcastMember*> members_;
};

class BroadcastCore final : public std::enable_shared_from_this<BroadcastCore> {
public:
    void join(BroadcastMember& member, async::Executor& executor);
    void leave(BroadcastMember& member) noexcept;
    void publish(const SharedFrame& frame, const std::shared_ptr<Delivery>& delivery);
    std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
    bool somebody_waits() const noexcept { return patient_.load(std::memory_order_relaxed) > 0; }

private:
    std::mutex mutex_;  // guards lanes_, number_ and the lanes' items
    std::vector<std::shared_ptr<BroadcastLane>> lanes_;
    std::uint64_t number_ = 0;
    // Counts for whoever asks; nothing is read on the strength of them.
    std::atomic<std::size_t> size_{0};
    std::atomic<std::size_t> patient_{0};  // members with SlowClient::Wait
};

}  // namespace pottle::app
