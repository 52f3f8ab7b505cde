// SPDX-License-Identifier: MIT
/// \file
/// Dispatcher: several gateways under one, each below a path. What App::mount() is made of.
#pragma once

#include <pottle/gateway/gateway.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::middleware {

/// Chooses by the longest prefix that ends at a segment's end: "/api" takes "/api" and "/api/x",
/// never "/apix". A mounted application sees the path behind the prefix, and the prefix as its
/// root_path. A resource; the gateways outlive it. Thread: as Gateway; mount before serving.
class Dispatcher final : public gateway::Gateway {
public:
    /// `fallback` serves what no prefix takes; nullptr: 404.
    explicit Dispatcher(gateway::Gateway* fallback = nullptr) noexcept : fallback_(fallback) {}

    /// `prefix` starts with a slash and does not end with one.
    /// Errors: throws LogicError for another prefix and for one that is taken.
    void mount(std::string prefix, gateway::Gateway& gateway);

    gateway::Outcome start(gateway::Exchange& exchange) override;
    gateway::Outcome start_websocket(gateway::Websocket& websocket) override;
    /// Of each gateway once, in the order of mounting, the fallback's first; the first failure is
    /// the dispatcher's, and those that had started are shut down.
    Task<> startup() override;
    /// In the opposite order; all of them, then the first failure.
    Task<> shutdown() override;
    void loop_started(async::Executor& executor) override;
    void loop_stopped(async::Executor& executor) noexcept override;
    void loop_draining(async::Executor& executor) noexcept override;
    void set_stopper(gateway::Stopper* stopper) noexcept override;

private:
    struct Mount {
        std::string prefix;
        gateway::Gateway* gateway;
    };
    /// The gateway of a path; marks the exchange with the octets of the prefix.
    gateway::Gateway* choose(gateway::Exchange& exchange) const;
    std::vector<gateway::Gateway*> all() const;
    static Task<> shut_down(std::vector<gateway::Gateway*> gateways);

    gateway::Gateway* fallback_;
    std::vector<Mount> mounts_;
};

/// How many octets of the percent-encoded `path` spell `prefix` up to a segment's end; 0: it does
/// not begin with it.
std::size_t match_prefix(std::string_view path, std::string_view prefix) noexcept;

}  // namespace pottle::middleware
