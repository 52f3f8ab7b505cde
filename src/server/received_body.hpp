// SPDX-License-Identifier: MIT
/// \file
/// ReceivedBody: content of an HTTP/2 or HTTP/3 request that has arrived and was not read yet.
/// Bounded by the stream's flow-control window: credit is returned when next() gives it to the
/// handler.
#pragma once

#include "server_exchange.hpp"

#include <pottle/base/bytes.hpp>
#include <pottle/base/fifo.hpp>
#include <pottle/http/headers.hpp>

#include <memory>
#include <span>
#include <string>

namespace pottle::server {

class ReceivedBody {
public:
    /// Makes ready for one request. `announced`: its Content-Length.
    void begin(ByteCount limit, std::optional<std::uint64_t> announced) noexcept;

    /// Adds content. Returns: false when it is over the limit and nobody will read it: its credit
    /// can be returned at once.
    bool push(std::string_view data);
    void finish() noexcept { ended_ = true; }

    /// The next 64 KiB at most, the end, or 413 over the limit.
    BodyEvent next();
    /// Copies what is here, without regard to the limit. Returns: octets; 0 when there are none.
    std::size_t take(std::span<char> into) noexcept;
    /// Everything came and was taken.
    bool over() const noexcept { return ended_ && chunks_.empty(); }
    /// next() has something to tell.
    bool ready() const noexcept { return over_limit() || ended_ || !chunks_.empty(); }
    /// See gateway::Exchange::set_body_limit.
    Result<> set_limit(ByteCount limit) noexcept;

    /// Octets that were pushed and not taken.
    std::size_t unread() const noexcept { return unread_; }
    void clear() noexcept;

private:
    bool over_limit() const noexcept {
        return limit_ > 0 && (received_ > limit_ || announced_ > limit_);
    }

    Fifo<std::string> chunks_;
    std::size_t offset_ = 0;  // octets of the first chunk that take() has taken
    std::size_t unread_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t announced_ = 0;
    ByteCount limit_ = 0;  // 0: none
    bool ended_ = false;
};

}  // namespace pottle::server
