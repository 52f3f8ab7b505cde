// SPDX-License-Identifier: MIT
/// \file
/// Stream: what a Session knows of one request and its answer: state, windows, what waits to be
/// sent. Made, recycled and changed by the Session (session.hpp) only.
#pragma once

#include <pottle/http/headers.hpp>
#include <pottle/http/priority.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::h2 {

/// Told of a stream's progress; the server's part of the stream.
class StreamOwner {
public:
    /// Queued content was handed to the transport; `queued` bytes are left. Must not call the
    /// session.
    virtual void on_sent(std::size_t queued) noexcept = 0;

protected:
    ~StreamOwner() = default;
};

/// Content that waits for the stream's window or for its turn. Pieces stay as they came.
class SendQueue {
public:
    bool empty() const noexcept { return bytes_ == 0; }
    std::size_t size() const noexcept { return bytes_; }
    void push(std::string&& piece);
    /// Copies the next `count` octets, of size() at most.
    void take(char* to, std::size_t count) noexcept;
    void clear() noexcept;

private:
    std::vector<std::string> pieces_;
    std::size_t first_ = 0;   // index of the first piece not sent
    std::size_t offset_ = 0;  // octets of it that are
    std::size_t bytes_ = 0;
};

struct Stream {
    std::uint32_t id = 0;
    StreamOwner* owner = nullptr;  ///< set by the server; null: nobody is told

    // The request
    bool remote_closed = false;  ///< END_STREAM came
    bool head_request = false;
    std::int64_t receive_window = 0;  ///< what the peer may still send
    std::uint32_t window_target = 0;  ///< what it is filled up to
    std::uint32_t unreturned = 0;     ///< consumed, but not given back as credit yet
    std::uint64_t received = 0;       ///< octets of content
    std::int64_t expected = -1;       ///< Content-Length; -1 when there was none

    // The answer
    bool head_sent = false;
    bool local_closed = false;  ///< END_STREAM was sent
    bool end_queued = false;    ///< END_STREAM follows the queue
    std::int64_t send_window = 0;
    SendQueue queue;
    std::uint8_t stalls = 0;            ///< times in a row that it was too little
    std::uint32_t progress = 0;         ///< octets sent from the queue since the server last looked
    std::unique_ptr<Headers> trailers;  ///< follow the queue

    // The whole
    bool was_reset = false;     ///< by either side
    bool released = false;      ///< the server is done with it
    std::uint64_t discard = 0;  ///< after release: octets of its request that may still come
    http::Priority priority;
    Stream* previous = nullptr;  ///< in its urgency's list of those that can send
    Stream* next = nullptr;
    bool listed = false;

    bool closed() const noexcept { return was_reset || (remote_closed && local_closed); }
};

}  // namespace pottle::h2
