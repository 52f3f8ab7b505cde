// SPDX-License-Identifier: MIT
#include "broadcast_core.hpp"

#include <pottle/base/log.hpp>

#include <algorithm>
#include <utility>

namespace pottle {

using Kind = WebsocketMessage::Kind;

namespace app {

namespace {
/// Messages on their way to one loop; invariant 2.
constexpr std::size_t kLaneItems = 4096;
/// IANA's "Try Again Later".
constexpr std::uint16_t kTooSlow = 1013;

SharedFrame make_frame(BroadcastText text) {
    return SharedFrame(Shared<const gateway::SharedMessage>::make(
        text.binary ? Kind::Binary : Kind::Text, std::move(text.data)));
}
}  // namespace

// ---- members

BroadcastMember::BroadcastMember(std::shared_ptr<BroadcastCore> core, gateway::Websocket& socket,
                                 SlowClient policy)
    : core_(std::move(core)), socket_(socket), policy_(policy) {
    core_->join(*this, socket.handshake().scope().executor());
    if (policy == SlowClient::Wait) socket.observe(*this);
}

BroadcastMember::~BroadcastMember() {
    core_->leave(*this);
}

void BroadcastMember::take(const BroadcastItem& item, OnlyItem only) {
    if (item.number <= joined_at_) return;
    if (!socket_.congested() && waiting_.empty()) {
        if (only == OnlyItem::Yes)
            socket_.send_now(item.frame);
        else
            socket_.queue(item.frame);  // several are one write
        return;
    }
    switch (policy_) {
        case SlowClient::Drop:
            ++dropped_;
            break;
        case SlowClient::Disconnect:
            ++dropped_;
            socket_.close(kTooSlow, "too slow");
            break;
        case SlowClient::Wait:
            if (item.delivery)
                waiting_.push_back(item);
            else
                ++dropped_;
            break;
    }
}

void BroadcastMember::on_drained() noexcept {
    auto next = waiting_.begin();
    for (; next != waiting_.end() && (socket_.closed() || !socket_.congested()); ++next)
        socket_.queue(next->frame);
    waiting_.erase(waiting_.begin(), next);
}

// ---- lanes

void BroadcastLane::push(const BroadcastItem& item) {
    if (items_.size() >= kLaneItems) return;
    items_.push_back(item);
    if (posted_) return;
    posted_ = shared_from_this();
    if (executor_.on_own_thread())
        executor_.defer(*this);
    else
        executor_.post(*this);
}

void BroadcastLane::add(BroadcastMember& member) {
    member.lane_ = this;
    member.index_ = members_.size();
    members_.push_back(&member);
}

void BroadcastLane::remove(BroadcastMember& member) noexcept {
    members_[member.index_] = members_.back();
    members_[member.index_]->index_ = member.index_;
    members_.pop_back();
}

void BroadcastLane::run() noexcept {
    std::shared_ptr<BroadcastLane> alive;
    std::vector<BroadcastItem> items;
    {
        const std::lock_guard lock(mutex_);
        alive.swap(posted_);
        items.swap(items_);
    }
    const OnlyItem only = items.size() == 1 ? OnlyItem::Yes : OnlyItem::No;
    // A member leaves in a task of its own, never from inside of take().
    for (const BroadcastItem& item : items) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            // Most members are in no cache: the next ones come while this one is served.
            if (i + 2 < members_.size()) __builtin_prefetch(members_[i + 2]);
            if (i + 1 < members_.size()) members_[i + 1]->fetch();
            try {
                members_[i]->take(item, only);
            } catch (const std::exception& error) {
                log::error(error.what());
            }
        }
    }
}

// ---- the core

void BroadcastCore::join(BroadcastMember& member, async::Executor& executor) {
    const std::lock_guard lock(mutex_);
    member.joined_at_ = number_;
    auto lane = std::ranges::find_if(
        lanes_, [&](const auto& candidate) { return &candidate->executor() == &executor; });
    if (lane == lanes_.end()) {
        lanes_.push_back(std::make_shared<BroadcastLane>(mutex_, executor));
        lane = std::prev(lanes_.end());
        (*lane)->keeper = shared_from_this();
    }
    (*lane)->add(member);
    size_.fetch_add(1, std::memory_order_relaxed);
    if (member.policy_ == SlowClient::Wait) patient_.fetch_add(1, std::memory_order_relaxed);
}

void BroadcastCore::leave(BroadcastMember& member) noexcept {
    const std::lock_guard lock(mutex_);
    BroadcastLane& lane = *member.lane_;
    lane.remove(member);
    size_.fetch_sub(1, std::memory_order_relaxed);
    if (member.policy_ == SlowClient::Wait) patient_.fetch_sub(1, std::memory_order_relaxed);
    if (!lane.empty()) return;
    std::erase_if(lanes_, [&](const auto& candidate) { return candidate.get() == &lane; });
}

void BroadcastCore::publish(const SharedFrame& frame, const std::shared_ptr<Delivery>& delivery) {
    const std::lock_guard lock(mutex_);
    const BroadcastItem item{frame, ++number_, delivery};
    for (const auto& lane : lanes_) lane->push(item);
}

// ---- the broadcaster

BroadcasterBase::BroadcasterBase() : core_(std::make_shared<BroadcastCore>()) {}
BroadcasterBase::~BroadcasterBase() = default;

BroadcastSeat BroadcasterBase::join(gateway::Websocket& socket, SlowClient policy) {
    socket.accept({}, {});
    return BroadcastSeat(std::make_unique<BroadcastMember>(core_, socket, policy));
}

std::size_t BroadcasterBase::size() const noexcept {
    return core_->size();
}

void BroadcasterBase::post_text(BroadcastText text) {
    core_->publish(make_frame(std::move(text)), nullptr);
}

Task<> BroadcasterBase::publish_text(BroadcastText text) {
    const std::shared_ptr<BroadcastCore> core = core_;
    const SharedFrame frame = make_frame(std::move(text));
    if (!core->somebody_waits()) {
        core->publish(frame, nullptr);
        co_return;
    }
    async::CancelScope& scope = co_await async::current_scope();
    async::CrossChannel<bool> done(scope.executor(), 1);
    core->publish(frame, std::make_shared<Delivery>(done));
    co_await done.receive();
}

}  // namespace app

BroadcastSeat::BroadcastSeat(std::unique_ptr<app::BroadcastMember> member) noexcept
    : member_(std::move(member)) {}
BroadcastSeat::BroadcastSeat(BroadcastSeat&&) noexcept = default;
BroadcastSeat& BroadcastSeat::operator=(BroadcastSeat&&) noexcept = default;
BroadcastSeat::~BroadcastSeat() = default;

std::uint64_t BroadcastSeat::dropped() const noexcept {
    return member_->dropped();
}

}  // namespace pottle
