// SPDX-License-Identifier: MIT
#include "anti_replay.hpp"

namespace pottle::net::quic {

AntiReplay::Verdict AntiReplay::add(std::string_view handshake, std::int64_t now,
                                    std::int64_t expires) {
    const std::scoped_lock lock(mutex_);
    while (!by_age_.empty() && by_age_.front().expires <= now) {
        seen_.erase(by_age_.front().key);
        by_age_.pop_front();
    }
    std::string key(handshake);
    if (seen_.contains(key)) return Verdict::Replayed;
    // Forgetting a record would let its replay in: without room early data is refused instead.
    if (seen_.size() >= limit_) return Verdict::Full;
    seen_.insert(key);
    by_age_.push_back({expires, std::move(key)});
    return Verdict::Fresh;
}

}  // namespace pottle::net::quic
