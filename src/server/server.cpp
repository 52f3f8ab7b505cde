// SPDX-License-Identifier: MIT
#include "control.hpp"
#include "quic_front.hpp"

#include <pottle/base/log.hpp>
#include <pottle/server/server.hpp>

#include <algorithm>
#include <expected>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {

/// Every bind of the process, as each of its loops will accept from it.
struct Binds {
    std::vector<std::vector<Bind>> of_loops;
    std::vector<std::string> announcements;
};

std::expected<void, std::string> add_bind(Binds& binds, const std::string& text, bool tls,
                                          const Deployment& deployment) {
    const auto address = net::Address::parse(text);
    if (!address) return std::unexpected(address.error().message);
    net::ListenOptions options;
    options.backlog = deployment.backlog;
    const bool own_socket = deployment.reuse_port && address->kind == net::Address::Kind::Tcp;
    if (own_socket) options.reuse_port = net::ListenOptions::ReusePort::Yes;
    auto listener = net::Listener::bind(*address, options);
    if (!listener) return std::unexpected(listener.error().message);

    binds.announcements.push_back(
        listener->is_unix()
            ? fmt::format("running on {}", listener->address())
            : fmt::format("running on {}://{}", tls ? "https" : "http", listener->address()));
    for (std::size_t i = 0; i < binds.of_loops.size(); ++i) {
        if (i == 0 || !own_socket) {
            binds.of_loops[i].push_back({*listener, tls});
            continue;
        }
        auto again = listener->bind_again();
        if (!again) return std::unexpected(again.error().message);
        binds.of_loops[i].push_back({std::move(*again), tls});
    }
    return {};
}

std::expected<Binds, std::string> bind_all(const Deployment& deployment) {
    Binds binds;
    const std::size_t loops = deployment.threads > 0
                                  ? deployment.threads
                                  : std::max(1U, std::thread::hardware_concurrency());
    binds.of_loops.resize(std::min(loops, ServerStats::kMaxLoops));
    const bool tls = deployment.tls.has_value();
    for (const std::string& text : deployment.binds)
        POTTLE_TRY(add_bind(binds, text, tls, deployment));
    for (const std::string& text : deployment.insecure_binds)
        POTTLE_TRY(add_bind(binds, text, false, deployment));
    return binds;
}

std::expected<void, std::string> prepare(SharedState& shared, const Deployment& deployment) {
    if (!shared.options.access_log.empty()) {
        auto log = AccessLog::open(shared.options.access_log, shared.options.access_log_format);
        if (!log) return std::unexpected(std::move(log).error());
        shared.access_log = std::move(*log);
    }
    if (deployment.tls) {
        auto context = net::TlsContext::make(*deployment.tls);
        if (!context) return std::unexpected(context.error().message);
        shared.tls = std::move(*context);
    }
    return {};
}

std::expected<void, std::string> bind_quic(SharedState& shared, const Deployment& deployment,
                                           Options& options, Binds& binds) {
    if (deployment.quic_binds.empty()) return {};
    auto front = QuicFront::make(deployment, options, binds.of_loops.size());
    if (!front) return std::unexpected(std::move(front).error());
    shared.quic = std::move(*front);
    for (std::string& line : shared.quic->announcements())
        binds.announcements.push_back(std::move(line));
    if (options.alt_svc.empty()) options.alt_svc = shared.quic->alternative_service();
    return {};
}

Exit startup_failed(const std::string& message) {
    log::error(message);
    log::flush();
    return Exit::StartupFailed;
}

}  // namespace

Exit serve(gateway::Gateway& gateway, const Deployment& deployment, const Options& asked,
           ServerStats& stats) {
    Options options = asked;
    SharedState shared{gateway, options, stats, {}, {}, {}, {}};
    if (const auto prepared = prepare(shared, deployment); !prepared)
        return startup_failed(prepared.error());
    auto binds = bind_all(deployment);
    if (!binds) return startup_failed(binds.error());
    if (const auto bound = bind_quic(shared, deployment, options, *binds); !bound)
        return startup_failed(bound.error());
    try {
        Control control(shared, deployment, std::move(binds->of_loops),
                        std::move(binds->announcements));
        const Exit exit = control.run();
        log::flush();
        return exit;
    } catch (const std::exception& error) {
        return startup_failed(fmt::format("the server cannot start: {}", error.what()));
    }
}

}  // namespace pottle::server
