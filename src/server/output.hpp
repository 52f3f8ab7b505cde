// SPDX-License-Identifier: MIT
/// \file
/// Output: what one connection still has to send because its peer did not take it. Fresh responses
/// are collected in the loop's batch buffer and written from there; only what the socket refused is
/// queued here.
#pragma once

#include <pottle/async/stream.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::server {

class Output {
public:
    enum class State : std::uint8_t { Drained, Blocked, Failed };

    bool empty() const noexcept { return !queue_; }
    /// Bytes queued.
    std::size_t size() const noexcept { return queue_ ? queue_->bytes : 0; }
    /// Pieces held, sent ones included: what the queue costs beside its bytes.
    std::size_t pieces() const noexcept { return queue_ ? queue_->pieces.size() : 0; }

    /// Writes the queue, then `batch`, then `body`; queues what was refused. `batch` is empty
    /// afterwards, its capacity kept. `sent` is increased by the bytes written.
    State write(async::Stream& stream, std::string& batch, std::string&& body, std::uint64_t& sent);
    State write(async::Stream& stream, std::string& batch, std::uint64_t& sent) {
        return write(stream, batch, std::string(), sent);
    }

private:
    struct Queue {
        std::vector<std::string> pieces;
        std::size_t first = 0;   // index of the first piece not sent
        std::size_t offset = 0;  // bytes of it that are sent
        std::size_t bytes = 0;
    };

    void push(std::string&& piece, std::size_t skip);
    State write_queue(async::Stream& stream, std::uint64_t& sent);

    std::unique_ptr<Queue> queue_;  // absent while the peer keeps up
};

}  // namespace pottle::server
