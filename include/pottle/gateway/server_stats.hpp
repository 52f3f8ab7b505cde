// SPDX-License-Identifier: MIT
/// \file
/// ServerStats: live counters of the server, readable from any thread and injectable into handlers.
#pragma once

#include <pottle/base/chrono.hpp>

#include <array>
#include <cstdint>

namespace pottle {

/// A sum of the counters of all loops at one moment. A value.
struct ServerCounters {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t requests_active = 0;  ///< being handled, or their answer still being sent
    std::uint64_t requests_total = 0;
    std::array<std::uint64_t, 6>
        responses_by_class{};          ///< [2] counts 2xx; [0] requests without an answer
    std::uint64_t bytes_received = 0;  ///< application protocol bytes, TLS framing excluded
    std::uint64_t bytes_sent = 0;
    std::uint64_t refused_overload =
        0;                           ///< answered 503 by a limit, without reaching the application
    std::uint64_t bad_requests = 0;  ///< refused by the protocol layer
    std::uint64_t websockets_open = 0;
    std::uint64_t websockets_total = 0;
    std::uint64_t websocket_messages_received = 0;
    std::uint64_t websocket_messages_sent = 0;
    std::uint64_t background_tasks = 0;  ///< of the application, that have not ended
};

/// Counters with one slot for each loop, so that counting needs no locked instruction. A resource.
///
/// Thread: a slot is written by its loop only; read() may be called anywhere and sees each counter,
/// not the set, at one moment.
class ServerStats {
public:
    static constexpr std::size_t kMaxLoops = 256;

    /// Relaxed and with one writer. By the compilers' own functions: <atomic> costs every
    /// translation unit of a user a tenth of a second.
    class Counter {
    public:
        void add(std::uint64_t n) noexcept {
            __atomic_store_n(&value_, get() + n, __ATOMIC_RELAXED);
        }
        void subtract(std::uint64_t n) noexcept { add(~n + 1); }
        std::uint64_t get() const noexcept { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }

    private:
        std::uint64_t value_ = 0;
    };
    struct alignas(64) Slot {
        Counter connections_open, connections_total, requests_active, requests_total;
        std::array<Counter, 6> responses_by_class;
        Counter bytes_received, bytes_sent, refused_overload, bad_requests;
        Counter websockets_open, websockets_total;
        Counter websocket_messages_received, websocket_messages_sent;
    };

    ServerStats();
    ~ServerStats();
    ServerStats(const ServerStats&) = delete;
    ServerStats& operator=(const ServerStats&) = delete;

    /// The slot of a loop, made on first use. Errors: throws LogicError beyond kMaxLoops.
    Slot& slot(std::size_t loop);
    ServerCounters read() const noexcept;
    /// From now on shows what `other` does, and counts there: the applications of one server have
    /// one set of counters. Lifetime: `other` outlives this. Thread: before serving.
    void follow(ServerStats& other) noexcept { followed_ = &other; }
    /// Counted by the application. Thread: any.
    void add_background_task() noexcept {
        __atomic_fetch_add(&shown().background_tasks_, 1U, __ATOMIC_RELAXED);
    }
    void remove_background_task() noexcept {
        __atomic_fetch_sub(&shown().background_tasks_, 1U, __ATOMIC_RELAXED);
    }
    /// Since this object was made.
    Seconds uptime() const noexcept;

private:
    const ServerStats& shown() const noexcept {
        const ServerStats* stats = this;
        while (stats->followed_) stats = stats->followed_;
        return *stats;
    }
    ServerStats& shown() noexcept {
        return const_cast<ServerStats&>(static_cast<const ServerStats*>(this)->shown());
    }
    ServerCounters sum() const noexcept;

    std::array<Slot*, kMaxLoops> slots_{};  // atomic, as the counters
    std::uint64_t background_tasks_ = 0;    // atomic too: several writers
    SteadyTime started_;
    ServerStats* followed_ = nullptr;
};

}  // namespace pottle
