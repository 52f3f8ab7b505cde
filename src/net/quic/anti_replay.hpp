// SPDX-License-Identifier: MIT
/// \file
/// AntiReplay: which 0-RTT handshakes were seen, so that a recorded one is not accepted again
/// (RFC 8446 8.2: recording of ClientHellos). Time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace pottle::net::quic {

/// A resource, shared by all loops.
class AntiReplay {
public:
    enum class Verdict : std::uint8_t { Fresh, Replayed, Full };

    explicit AntiReplay(std::size_t limit) noexcept : limit_(limit) {}

    /// Records a handshake until `expires`. Times are seconds of one clock.
    Verdict add(std::string_view handshake, std::int64_t now, std::int64_t expires);

private:
    struct Record {
        std::int64_t expires;
        std::string key;
    };
    const std::size_t limit_;
    /// Guards what follows; taken once in each handshake that brings early data.
    std::mutex mutex_;
    std::unordered_set<std::string> seen_;
    std::deque<Record> by_age_;  // all live equally long, so the front expires first
};

}  // namespace pottle::net::quic
