// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/gateway/websocket.hpp>
#include <pottle/middleware/dispatcher.hpp>

#include <algorithm>
#include <exception>

namespace pottle::middleware {

std::size_t match_prefix(std::string_view path, std::string_view prefix) noexcept {
    std::size_t at = 0;
    for (const char expected : prefix) {
        if (at == path.size()) return 0;
        char c = path[at++];
        if (c == '%' && at + 1 < path.size()) {  // "/%61pi" is "/api" (RFC 3986 6.2.2.2)
            const int high = ascii::hex_value(path[at]);
            const int low = ascii::hex_value(path[at + 1]);
            if (high >= 0 && low >= 0) {
                c = static_cast<char>(high * 16 + low);
                at += 2;
            }
        }
        if (c != expected) return 0;
    }
    return at == path.size() || path[at] == '/' ? at : 0;
}

void Dispatcher::mount(std::string prefix, gateway::Gateway& gateway) {
    POTTLE_REQUIRE(prefix.starts_with('/') && !prefix.ends_with('/'),
                   "the prefix of a mount starts with a slash and does not end with one");
    POTTLE_REQUIRE(std::ranges::find(mounts_, prefix, &Mount::prefix) == mounts_.end(),
                   "a prefix is mounted twice");
    mounts_.push_back({std::move(prefix), &gateway});
}

gateway::Gateway* Dispatcher::choose(gateway::Exchange& exchange) const {
    const std::size_t mounted = exchange.mounted();
    const std::string_view path = exchange.head().raw_path().substr(mounted);
    const Mount* best = nullptr;
    std::size_t octets = 0;
    for (const Mount& mount : mounts_) {
        const std::size_t matched = match_prefix(path, mount.prefix);
        if (matched == 0 || (best && best->prefix.size() >= mount.prefix.size())) continue;
        best = &mount;
        octets = matched;
    }
    if (!best) return fallback_;
    exchange.set_mounted(mounted + octets);
    return best->gateway;
}

gateway::Outcome Dispatcher::start(gateway::Exchange& exchange) {
    if (gateway::Gateway* const chosen = choose(exchange)) return chosen->start(exchange);
    exchange.response() = Response("Not Found", 404);
    return gateway::Outcome::finished();
}

gateway::Outcome Dispatcher::start_websocket(gateway::Websocket& websocket) {
    gateway::Exchange& exchange = websocket.handshake();
    if (gateway::Gateway* const chosen = choose(exchange))
        return chosen->start_websocket(websocket);
    exchange.response() = Response("Not Found", 404);
    return gateway::Outcome::finished();
}

std::vector<gateway::Gateway*> Dispatcher::all() const {
    std::vector<gateway::Gateway*> gateways;
    if (fallback_) gateways.push_back(fallback_);
    for (const Mount& mount : mounts_)
        if (std::ranges::find(gateways, mount.gateway) == gateways.end())
            gateways.push_back(mount.gateway);
    return gateways;
}

Task<> Dispatcher::startup() {
    std::vector<gateway::Gateway*> started;
    std::exception_ptr error;
    try {
        for (gateway::Gateway* const gateway : all()) {
            co_await gateway->startup();
            started.push_back(gateway);
        }
        co_return;
    } catch (...) {
        error = std::current_exception();
    }
    try {
        co_await shut_down(std::move(started));
    } catch (...) {
        // The application has told of it; the cause of all this is the other one.
    }
    std::rethrow_exception(error);
}

Task<> Dispatcher::shutdown() {
    return shut_down(all());
}

/// The last one first, each of them whatever the others throw.
Task<> Dispatcher::shut_down(std::vector<gateway::Gateway*> gateways) {
    std::exception_ptr first;
    for (; !gateways.empty(); gateways.pop_back()) {
        try {
            co_await gateways.back()->shutdown();
        } catch (...) {
            if (!first) first = std::current_exception();
        }
    }
    if (first) std::rethrow_exception(first);
}

void Dispatcher::loop_started(async::Executor& executor) {
    for (gateway::Gateway* const gateway : all()) gateway->loop_started(executor);
}
void Dispatcher::loop_stopped(async::Executor& executor) noexcept {
    for (gateway::Gateway* const gateway : all()) gateway->loop_stopped(executor);
}
void Dispatcher::loop_draining(async::Executor& executor) noexcept {
    for (gateway::Gateway* const gateway : all()) gateway->loop_draining(executor);
}
void Dispatcher::set_stopper(gateway::Stopper* stopper) noexcept {
    for (gateway::Gateway* const gateway : all()) gateway->set_stopper(stopper);
}

}  // namespace pottle::middleware
