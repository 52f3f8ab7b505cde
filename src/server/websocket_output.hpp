// SPDX-License-Identifier: MIT
/// \file
/// WebsocketOutput: the frames that one websocket has to send. Own frames are collected, so that
/// what a handler sends in one turn is one write; frames of many receivers are referred to, not
/// copied.
#pragma once

#include "duplex.hpp"

#include <pottle/gateway/shared_message.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::server {

class WebsocketOutput {
public:
    enum class State : std::uint8_t { Drained, Blocked, Failed };

    bool empty() const noexcept { return bytes_ == 0; }
    /// Bytes that are not sent.
    std::size_t size() const noexcept { return bytes_; }

    /// Where the next own frame is appended; call appended() behind it.
    std::string& tail();
    void appended() noexcept;
    /// `frame` lives as long as `message`.
    void append(const Shared<const gateway::SharedMessage>& message, std::string_view frame);

    /// Writes what the stream takes. `sent` is increased by the bytes written.
    State write(Duplex& duplex, std::uint64_t& sent);

private:
    struct Piece {
        std::string own;
        Shared<const gateway::SharedMessage> message;
        std::string_view frame;  // of `message`
        std::string_view view() const noexcept { return message ? frame : std::string_view(own); }
    };

    async::IoResult write_pieces(Duplex& duplex) const;
    void forget_sent(std::size_t count) noexcept;

    std::vector<Piece> pieces_;
    std::size_t first_ = 0;   // index of the first piece that is not sent
    std::size_t offset_ = 0;  // bytes of it that are sent
    std::size_t bytes_ = 0;
    std::size_t tail_before_ = 0;
};

}  // namespace pottle::server
