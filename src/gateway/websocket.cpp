// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>
#include <pottle/gateway/websocket.hpp>

#include <utility>

namespace pottle {

WebsocketClosed::~WebsocketClosed() = default;

namespace gateway {

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
    if (turn_is_over()) co_await yield();
    WebsocketMessage message;
    while (!try_receive(message)) co_await next_arrival();
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
