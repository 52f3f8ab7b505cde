// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>
#include <pottle/gateway/websocket.hpp>

#include <utility>

namespace pottle {

WebsocketClosed::~WebsocketClosed() = default;

namespace gateway {

namespace {
/// Messages that one receiver takes without waiting before other work of the loop has a turn.
constexpr unsigned kMessagesPerTurn = 64;
}  // namespace

void DrainObserver::unlink() noexcept {
    if (!place_) return;
    *place_ = next_;
    if (next_) next_->place_ = place_;
    place_ = nullptr;
    next_ = nullptr;
}

void Websocket::observe(DrainObserver& observer) noexcept {
    observer.unlink();
    observer.next_ = observers_;
    observer.place_ = &observers_;
    if (observers_) observers_->place_ = &observer.next_;
    observers_ = &observer;
}

void Websocket::tell_drained() noexcept {
    drained_.set();
    // An observer may unlink itself when it is told, and no other.
    for (DrainObserver* observer = observers_; observer;) {
        DrainObserver* next = observer->next_;
        observer->on_drained();
        observer = next;
    }
}

Task<WebsocketMessage> Websocket::receive() {
    if (++received_ % kMessagesPerTurn == 0) co_await yield();
    WebsocketMessage message;
    while (!try_receive(message)) {
        arrival_.clear();
        co_await arrival_.wait();
    }
    co_return message;
}

Task<> Websocket::drained() {
    while (congested()) {
        if (closed()) throw_closed();
        drained_.clear();
        co_await drained_.wait();
    }
}

}  // namespace gateway
}  // namespace pottle
