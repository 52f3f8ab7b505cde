// SPDX-License-Identifier: MIT
/// \file
/// CrossChannel<T>: a bounded queue from any thread to the coroutines of one loop.
#pragma once

#include <pottle/async/detail/wait_list.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace pottle::async {

/// A copyable handle to one queue; producers keep a copy, and the last copy frees the queue.
/// Wake-ups are coalesced: a burst of values posts one job.
///
/// Thread: try_send() and close() any; receive() the executor's own. The executor must outlive the
/// last call of try_send() and close().
template <class T>
class CrossChannel {
    struct Queue;

public:
    class [[nodiscard("co_await it")]] Receive final : public detail::Waiter {
    public:
        explicit Receive(std::shared_ptr<Queue> queue) noexcept : queue_(std::move(queue)) {}
        std::optional<T> await_resume() {
            check();
            return std::move(value_);
        }

    private:
        friend struct Queue;
        bool arm() override {
            const std::lock_guard lock(queue_->mutex);
            value_ = queue_->take();
            if (value_ || queue_->closed) return false;
            queue_->receivers.push(*this);
            return true;
        }
        std::shared_ptr<Queue> queue_;
        std::optional<T> value_;
    };

    CrossChannel(Executor& executor, std::size_t capacity)
        : queue_(std::make_shared<Queue>(executor, capacity)) {}

    /// Returns: false when the queue is full or closed; `value` is untouched then.
    bool try_send(T& value) {
        const std::lock_guard lock(queue_->mutex);
        if (queue_->closed || queue_->values.size() >= queue_->capacity) return false;
        queue_->values.push_back(std::move(value));
        queue_->wake_receivers();
        return true;
    }
    bool try_send(T&& value) { return try_send(value); }

    /// As Channel::receive().
    Receive receive() noexcept { return Receive(queue_); }

    /// Nothing more can be sent; receivers get what is queued, then empty. Idempotent.
    void close() {
        const std::lock_guard lock(queue_->mutex);
        queue_->closed = true;
        queue_->wake_receivers();
    }

private:
    struct Queue final : Job, std::enable_shared_from_this<Queue> {
        Executor& executor;
        const std::size_t capacity;
        detail::WaitList receivers;  // touched by the executor's thread only

        std::mutex mutex;  // guards what follows; a send happens before the receive that takes it
        std::deque<T> values;
        bool closed = false;
        std::shared_ptr<Queue> posted;  // itself, while its job is under way

        Queue(Executor& loop, std::size_t most) : executor(loop), capacity(most ? most : 1) {}

        /// Precondition: the mutex is held.
        void wake_receivers() {
            if (posted) return;
            posted = this->shared_from_this();
            executor.post(*this);
        }
        /// Precondition: the mutex is held.
        std::optional<T> take() {
            if (values.empty()) return std::nullopt;
            std::optional<T> value(std::move(values.front()));
            values.pop_front();
            return value;
        }
        void run() noexcept override {
            std::shared_ptr<Queue> alive;
            const std::lock_guard lock(mutex);
            alive.swap(posted);
            while (!receivers.empty() && (closed || !values.empty())) {
                auto& receiver = static_cast<Receive&>(*receivers.pop());
                receiver.value_ = take();
                detail::WaitList::wake(receiver);
            }
        }
    };

    std::shared_ptr<Queue> queue_;
};

}  // namespace pottle::async
