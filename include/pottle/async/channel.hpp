// SPDX-License-Identifier: MIT
/// \file
/// Channel<T>: a bounded queue between coroutines of one loop. Values from other threads come
/// through a CrossChannel.
#pragma once

#include <pottle/async/detail/wait_list.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace pottle::async {

/// A resource; must outlive who waits. Values arrive in the order they were sent. Thread: one loop.
///
/// Invariants:
/// 1. Receivers wait only while the queue is empty, senders only while it is full.
/// 2. A value is handed to exactly one receiver, also when sender or receiver are cancelled.
template <class T>
class Channel {
public:
    class [[nodiscard("co_await it")]] Send final : public detail::Waiter {
    public:
        Send(Channel& channel, T value) : channel_(&channel), value_(std::move(value)) {}
        bool await_resume() const {
            check();
            return accepted_;
        }

    private:
        friend class Channel;
        bool arm() override {
            if (channel_->closed_) return false;
            accepted_ = channel_->try_send(value_);
            if (!accepted_) channel_->senders_.push(*this);
            return !accepted_;
        }
        Channel* channel_;
        T value_;
        bool accepted_ = false;
    };

    class [[nodiscard("co_await it")]] Receive final : public detail::Waiter {
    public:
        explicit Receive(Channel& channel) noexcept : channel_(&channel) {}
        std::optional<T> await_resume() {
            check();
            return std::move(value_);
        }

    private:
        friend class Channel;
        bool arm() override {
            value_ = channel_->try_receive();
            if (value_ || channel_->closed_) return false;
            channel_->receivers_.push(*this);
            return true;
        }
        Channel* channel_;
        std::optional<T> value_;
    };

    /// `capacity` is how many values wait unreceived before send() waits; at least 1.
    explicit Channel(std::size_t capacity) noexcept : capacity_(capacity ? capacity : 1) {}

    std::size_t size() const noexcept { return queue_.size(); }
    bool closed() const noexcept { return closed_; }

    /// `co_await channel.send(value)`: waits while the channel is full.
    /// Returns: false when the channel is closed; the value is dropped then.
    /// Cancel: safe; the value is not sent.
    Send send(T value) { return Send(*this, std::move(value)); }

    /// `while (auto value = co_await channel.receive())`: empty when the channel is closed and
    /// everything sent before has been received. Cancel: safe; no value is lost.
    Receive receive() noexcept { return Receive(*this); }

    /// Returns: false when the channel is full or closed; `value` is untouched then.
    bool try_send(T& value) {
        if (closed_) return false;
        if (detail::Waiter* waiter = receivers_.pop()) {
            static_cast<Receive*>(waiter)->value_.emplace(std::move(value));
            detail::WaitList::wake(*waiter);
            return true;
        }
        if (queue_.size() >= capacity_) return false;
        queue_.push_back(std::move(value));
        return true;
    }
    std::optional<T> try_receive() {
        if (queue_.empty()) return std::nullopt;
        std::optional<T> value(std::move(queue_.front()));
        queue_.pop_front();
        if (detail::Waiter* waiter = senders_.pop()) {
            auto& sender = static_cast<Send&>(*waiter);
            queue_.push_back(std::move(sender.value_));
            sender.accepted_ = true;
            detail::WaitList::wake(sender);
        }
        return value;
    }

    /// Nothing more can be sent: waiting senders get false, waiting receivers get empty.
    /// Idempotent.
    void close() noexcept {
        closed_ = true;
        senders_.wake_all();
        receivers_.wake_all();
    }

private:
    const std::size_t capacity_;
    bool closed_ = false;
    std::deque<T> queue_;
    detail::WaitList senders_;
    detail::WaitList receivers_;
};

}  // namespace pottle::async
