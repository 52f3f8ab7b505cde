// SPDX-License-Identifier: MIT
/// \file
/// LoopContext: what the connections of one loop share: buffers, the cached Date, recycled
/// exchanges, counters, the list of connections. Nothing of it is touched by another thread.
#pragma once

#include "access_log.hpp"
#include "member_timer.hpp"
#include "recycled.hpp"

#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/server_stats.hpp>
#include <pottle/net/lingering_closer.hpp>
#include <pottle/proto/h1/reader.hpp>
#include <pottle/proto/ws/deflate.hpp>
#include <pottle/server/options.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace pottle::h2 {
struct Scratch;
}

namespace pottle::server {

class Connection;
class H1Exchange;
class H2Stream;

/// Counts that the limits of the whole process need. Atomic because every loop changes them;
/// touched only when the limit in question is set, so that the request path of a server without
/// limits shares nothing.
struct ProcessCounts {
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> requests{0};
};

/// A resource; outlives its connections.
class LoopContext {
public:
    LoopContext(async::Executor& executor, gateway::Gateway& gateway, const Options& options,
                ProcessCounts& counts, ServerStats::Slot& stats, AccessLog* access_log);
    ~LoopContext();
    LoopContext(const LoopContext&) = delete;
    LoopContext& operator=(const LoopContext&) = delete;

    async::Executor& executor() const noexcept { return executor_; }
    gateway::Gateway& gateway() const noexcept { return gateway_; }
    const Options& options() const noexcept { return options_; }
    ServerStats::Slot& stats() const noexcept { return stats_; }
    AccessLog* access_log() const noexcept { return access_log_; }
    /// Precondition: access_log().
    void log_access(const AccessRecord& record);

    /// Shared by all connections of the loop: valid only until control returns to the loop.
    std::span<char> read_buffer() noexcept { return {read_buffer_.get(), kReadBuffer}; }
    std::string& batch() noexcept { return batch_; }
    h1::HeadScratch& scratch() noexcept { return *scratch_; }
    h1::Head& head() noexcept { return head_; }
    net::LingeringCloser& lingering() noexcept { return lingering_; }
    /// For websockets without context takeover: one message at a time, whoever's it is.
    ws::Inflater& inflater() noexcept { return inflater_; }
    ws::Deflater& deflater() noexcept { return deflater_; }

    /// Server, Alt-Svc and Date field lines, refreshed once a second.
    std::string_view preset() {
        if (executor_.now() >= preset_expires_) [[unlikely]]
            refresh_preset();
        return preset_;
    }

    /// Server, Date and Alt-Svc as fields, for protocols whose heads are no text. Lifetime: until
    /// the next preset() or preset_fields().
    http::Fields preset_fields() {
        if (executor_.now() >= preset_expires_) [[unlikely]]
            refresh_preset();
        return preset_fields_;
    }

    /// Exchanges from the free lists.
    H1Exchange& acquire_exchange();
    void release_exchange(H1Exchange& exchange) noexcept;
    H2Stream& acquire_h2_stream();
    void release_h2_stream(H2Stream& stream) noexcept;
    h2::Scratch& h2_scratch();

    /// Takes a request's place under max_concurrent_requests. Returns: false at the limit.
    bool enter_request() noexcept;
    void leave_request() noexcept;

    void add(Connection& connection) noexcept;
    /// Takes the connection off the list.
    void remove(Connection& connection) noexcept;
    /// Removes the connection from the list and destroys it before the loop waits again.
    void bury(Connection& connection) noexcept;
    /// Tells each connection. It may bury itself.
    void drain_connections() noexcept;
    void abort_connections(CancelReason reason) noexcept;
    bool connection_limit_reached() const noexcept;
    /// True until the last connection is destroyed and the last lingering stream closed.
    bool has_connections() const noexcept {
        return first_ != nullptr || !buried_.empty() || lingering_.size() > 0;
    }

    bool draining() const noexcept { return draining_; }
    void set_draining() noexcept { draining_ = true; }

private:
    static constexpr std::size_t kReadBuffer = 64 * 1024;

    /// Destroys buried connections outside of their own member functions.
    struct Undertaker final : async::Job {
        explicit Undertaker(LoopContext& context) : owner(context) {}
        void run() noexcept override { owner.destroy_buried(); }
        LoopContext& owner;
        bool scheduled = false;
    };

    void refresh_preset();
    void add_preset(std::string_view name, std::string_view value);
    void hand_over_lines() noexcept;
    void destroy_buried() noexcept;

    async::Executor& executor_;
    gateway::Gateway& gateway_;
    const Options options_;
    ProcessCounts& counts_;
    ServerStats::Slot& stats_;
    AccessLog* access_log_;
    AccessLog::Lines access_lines_;
    MemberTimer<LoopContext> access_timer_;
    net::LingeringCloser lingering_;
    std::unique_ptr<char[]> read_buffer_;
    std::unique_ptr<h1::HeadScratch> scratch_;
    h1::Head head_;
    ws::Inflater inflater_;
    ws::Deflater deflater_;
    std::string batch_;
    std::string preset_;
    SteadyTime preset_expires_{};
    std::vector<http::Field> preset_fields_;  // slices of preset_
    Recycled<H1Exchange> h1_exchanges_;
    Recycled<H2Stream> h2_streams_;
    std::unique_ptr<h2::Scratch> h2_scratch_;
    Connection* first_ = nullptr;
    std::vector<std::unique_ptr<Connection>> buried_;
    Undertaker undertaker_;
    bool draining_ = false;
};

}  // namespace pottle::server
