// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/gateway/server_stats.hpp>

namespace pottle {

ServerStats::ServerStats() : started_(std::chrono::steady_clock::now()) {}

ServerStats::~ServerStats() {
    for (const Slot* slot : slots_) delete slot;
}

ServerStats::Slot& ServerStats::slot(std::size_t loop) {
    POTTLE_REQUIRE(loop < kMaxLoops, "more loops than ServerStats::kMaxLoops");
    Slot* slot = __atomic_load_n(&slots_[loop], __ATOMIC_ACQUIRE);
    if (!slot) {
        // Release pairs with the acquire in read(): a reader sees the zeroed counters.
        slot = new Slot;
        __atomic_store_n(&slots_[loop], slot, __ATOMIC_RELEASE);
    }
    return *slot;
}

ServerCounters ServerStats::read() const noexcept {
    return shown().sum();
}

ServerCounters ServerStats::sum() const noexcept {
    ServerCounters sum;
    sum.background_tasks = __atomic_load_n(&background_tasks_, __ATOMIC_RELAXED);
    for (Slot* const& entry : slots_) {
        const Slot* slot = __atomic_load_n(&entry, __ATOMIC_ACQUIRE);
        if (!slot) continue;
        sum.connections_open += slot->connections_open.get();
        sum.connections_total += slot->connections_total.get();
        sum.requests_active += slot->requests_active.get();
        sum.requests_total += slot->requests_total.get();
        for (std::size_t i = 0; i < sum.responses_by_class.size(); ++i)
            sum.responses_by_class[i] += slot->responses_by_class[i].get();
        sum.bytes_received += slot->bytes_received.get();
        sum.bytes_sent += slot->bytes_sent.get();
        sum.refused_overload += slot->refused_overload.get();
        sum.bad_requests += slot->bad_requests.get();
        sum.websockets_open += slot->websockets_open.get();
        sum.websockets_total += slot->websockets_total.get();
        sum.websocket_messages_received += slot->websocket_messages_received.get();
        sum.websocket_messages_sent += slot->websocket_messages_sent.get();
    }
    return sum;
}

Seconds ServerStats::uptime() const noexcept {
    return std::chrono::duration_cast<Seconds>(std::chrono::steady_clock::now() - shown().started_);
}

}  // namespace pottle
