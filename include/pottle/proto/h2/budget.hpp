// SPDX-License-Identifier: MIT
/// \file
/// Budget: how often a peer may do what costs it nothing: a token bucket.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pottle::h2 {

/// Milliseconds of any steady clock: a protocol has none of its own.
using Moment = std::uint64_t;

/// A value. Full at first; so many tokens come back each second.
class Budget {
public:
    Budget(std::uint32_t burst, std::uint32_t per_second, Moment now) noexcept
        : burst_(burst), per_second_(per_second), tokens_(burst), refilled_(now) {}

    /// Takes a token. Returns: false when there is none.
    bool spend(Moment now) noexcept {
        if (tokens_ == 0) [[unlikely]]
            refill(now);
        if (tokens_ == 0) return false;
        --tokens_;
        return true;
    }
    void give_back(std::uint32_t count) noexcept { tokens_ = std::min(burst_, tokens_ + count); }

private:
    /// Only when they are used up: a peer that behaves costs no look at the clock.
    void refill(Moment now) noexcept {
        const std::uint64_t due = (now - refilled_) * per_second_ / 1000;
        if (due == 0) return;
        tokens_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(burst_, due));
        refilled_ = now;
    }

    std::uint32_t burst_;
    std::uint32_t per_second_;
    std::uint32_t tokens_;
    Moment refilled_;
};

}  // namespace pottle::h2
