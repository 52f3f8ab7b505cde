// SPDX-License-Identifier: MIT
/// \file
/// WebsocketQueue: the messages of one websocket that wait for a receiver. Empty, it holds no
/// memory to speak of: most websockets are idle most of the time.
#pragma once

#include <pottle/gateway/websocket.hpp>

#include <utility>
#include <vector>

namespace pottle::server {

class WebsocketQueue {
public:
    bool empty() const noexcept { return first_ == messages_.size(); }
    std::size_t size() const noexcept { return messages_.size() - first_; }
    /// Of all messages together.
    ByteCount bytes() const noexcept { return bytes_; }

    void push(WebsocketMessage message) {
        bytes_ += message.data.size();
        messages_.push_back(std::move(message));
    }
    /// Precondition: not empty.
    WebsocketMessage pop() {
        WebsocketMessage message = std::move(messages_[first_++]);
        bytes_ -= message.data.size();
        if (empty()) clear();
        return message;
    }
    void clear() noexcept {
        messages_.clear();
        if (messages_.capacity() > kKeptMessages) messages_ = {};
        first_ = bytes_ = 0;
    }

private:
    static constexpr std::size_t kKeptMessages = 2;

    std::vector<WebsocketMessage> messages_;  // the server bounds how many
    std::size_t first_ = 0;                   // not taken yet
    ByteCount bytes_ = 0;
};

}  // namespace pottle::server
