// SPDX-License-Identifier: MIT
/// \file
/// WebsocketQueue: the messages of one websocket that wait for a receiver. Empty, it holds no
/// memory to speak of: most websockets are idle most of the time.
#pragma once

#include <pottle/base/fifo.hpp>
#include <pottle/gateway/websocket.hpp>

#include <utility>

namespace pottle::server {

class WebsocketQueue {
public:
    bool empty() const noexcept { return messages_.empty(); }
    std::size_t size() const noexcept { return messages_.size(); }
    /// Of all messages together.
    ByteCount bytes() const noexcept { return bytes_; }

    void push(WebsocketMessage message) {
        bytes_ += message.data.size();
        messages_.push(std::move(message));
    }
    /// Precondition: not empty.
    WebsocketMessage pop() {
        WebsocketMessage message = messages_.pop();
        bytes_ -= message.data.size();
        return message;
    }
    void clear() noexcept {
        messages_.clear();
        bytes_ = 0;
    }

private:
    Fifo<WebsocketMessage> messages_;  // the server bounds how many
    ByteCount bytes_ = 0;
};

}  // namespace pottle::server
