// SPDX-License-Identifier: MIT
/// \file
/// Broadcaster<T>: one message for every websocket that has joined, on whatever loop it lives.
///
///     Broadcaster<std::string> room;                       // outlives the application
///     app.websocket("/chat", [&room](Websocket& ws) -> Task<> {
///         const auto seat = room.join(ws);
///         while (auto text = co_await ws.receive()) co_await room.publish(*text);
///     });
#pragma once

#include <pottle/app/slow_client.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/async/task.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/json/codec.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pottle {

namespace app {

/// A message as all receivers share it.
struct BroadcastText {
    bool binary = false;
    std::string data;
};
template <class T>
BroadcastText broadcast_text(const T& value) {
    if constexpr (std::derived_from<T, Bytes>) {
        return {true, std::string(value.view())};
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return {false, std::string(std::string_view(value))};
    } else {
        static_assert(json::Encodable<T>,
                      "pottle: a Broadcaster<T> sends text, Bytes, or what JSON can be made of");
        BroadcastText text;
        json::encode(text.data, value);
        return text;
    }
}

class BroadcastCore;
class BroadcastMember;

}  // namespace app

/// A websocket's place among the receivers; it leaves when this is destroyed. A movable handle that
/// belongs to the websocket's handler and must not outlive it.
class [[nodiscard("the websocket leaves when its seat is destroyed")]] BroadcastSeat {
public:
    explicit BroadcastSeat(std::unique_ptr<app::BroadcastMember> member) noexcept;
    BroadcastSeat(BroadcastSeat&&) noexcept;
    BroadcastSeat& operator=(BroadcastSeat&&) noexcept;
    ~BroadcastSeat();

    /// Messages that this client did not get because it was slow.
    std::uint64_t dropped() const noexcept;

private:
    std::unique_ptr<app::BroadcastMember> member_;
};

namespace app {

/// Broadcaster without its type. A resource.
class BroadcasterBase {
public:
    BroadcasterBase();
    ~BroadcasterBase();
    BroadcasterBase(const BroadcasterBase&) = delete;
    BroadcasterBase& operator=(const BroadcasterBase&) = delete;

    /// From now on `ws` gets what is published. Accepts the websocket.
    /// Thread: the websocket's loop.
    BroadcastSeat join(Websocket& ws, SlowClient policy = SlowClient::Drop) {
        return join(ws.socket(), policy);
    }
    BroadcastSeat join(gateway::Websocket& socket, SlowClient policy);
    /// Receivers at this moment. Thread: any.
    std::size_t size() const noexcept;

protected:
    void post_text(BroadcastText text);
    Task<> publish_text(BroadcastText text);

private:
    // Shared with the seats, which may be left after the broadcaster is gone, and with messages on
    // their way to a loop.
    std::shared_ptr<BroadcastCore> core_;
};

}  // namespace app

/// A resource. Messages of one publisher arrive in order; each is serialised once and encoded once
/// for all its receivers. T: text, Bytes, or what JSON can be made of.
/// Thread: any, but for join().
template <class T = std::string>
class Broadcaster : public app::BroadcasterBase {
public:
    /// Sends `value` to every receiver. Waits for slow ones that joined with SlowClient::Wait.
    /// Cancel: safe; the message is sent.
    Task<> publish(const T& value) { return publish_text(app::broadcast_text(value)); }
    /// The same without waiting, for code that is not a coroutine and for other threads: slow
    /// receivers with SlowClient::Wait do not get this message.
    void post(const T& value) { post_text(app::broadcast_text(value)); }
};

/// Broadcasters by name: chat rooms, topics. One exists while it has members. A resource.
/// Thread: any, but for join().
template <class T = std::string>
class BroadcastGroups {
public:
    /// Holds the seat and its group.
    class [[nodiscard("the websocket leaves when its seat is destroyed")]] Seat {
    public:
        Seat(std::shared_ptr<Broadcaster<T>> group, BroadcastSeat seat) noexcept
            : group_(std::move(group)), seat_(std::move(seat)) {}
        std::uint64_t dropped() const noexcept { return seat_.dropped(); }
        Broadcaster<T>& group() noexcept { return *group_; }

    private:
        std::shared_ptr<Broadcaster<T>> group_;  // shared by the seats of the group
        BroadcastSeat seat_;
    };

    Seat join(const std::string& name, Websocket& ws, SlowClient policy = SlowClient::Drop) {
        std::shared_ptr<Broadcaster<T>> group = ensure(name);
        BroadcastSeat seat = group->join(ws, policy);
        return Seat(std::move(group), std::move(seat));
    }
    /// Does nothing when the group has no members.
    Task<> publish(std::string name, T value) {
        const std::shared_ptr<Broadcaster<T>> group = find(name);
        if (group) co_await group->publish(value);
    }
    void post(const std::string& name, const T& value) {
        if (const std::shared_ptr<Broadcaster<T>> group = find(name)) group->post(value);
    }
    std::size_t size(const std::string& name) const {
        const std::shared_ptr<Broadcaster<T>> group = find(name);
        return group ? group->size() : 0;
    }

private:
    std::shared_ptr<Broadcaster<T>> find(const std::string& name) const {
        const std::lock_guard lock(mutex_);
        const auto found = groups_.find(name);
        return found == groups_.end() ? nullptr : found->second.lock();
    }
    std::shared_ptr<Broadcaster<T>> ensure(const std::string& name) {
        const std::lock_guard lock(mutex_);
        // Names come and go with their members: bounds the map to twice the groups that exist.
        if (groups_.size() >= sweep_at_) {
            std::erase_if(groups_, [](const auto& entry) { return entry.second.expired(); });
            sweep_at_ = groups_.size() * 2 + 16;
        }
        std::weak_ptr<Broadcaster<T>>& place = groups_[name];
        std::shared_ptr<Broadcaster<T>> group = place.lock();
        if (!group) place = group = std::make_shared<Broadcaster<T>>();
        return group;
    }

    mutable std::mutex mutex_;  // guards groups_ and sweep_at_
    std::unordered_map<std::string, std::weak_ptr<Broadcaster<T>>> groups_;
    std::size_t sweep_at_ = 16;
};

}  // namespace pottle
