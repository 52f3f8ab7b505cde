// SPDX-License-Identifier: MIT
#include <pottle/gateway/websocket.hpp>
#include <pottle/middleware/middleware.hpp>

namespace pottle::middleware {

gateway::Outcome Middleware::start(gateway::Exchange& exchange) {
    return inner_.start(exchange);
}
gateway::Outcome Middleware::start_websocket(gateway::Websocket& websocket) {
    return inner_.start_websocket(websocket);
}
Task<> Middleware::startup() {
    return inner_.startup();
}
Task<> Middleware::shutdown() {
    return inner_.shutdown();
}
void Middleware::loop_started(async::Executor& executor) {
    inner_.loop_started(executor);
}
void Middleware::loop_stopped(async::Executor& executor) noexcept {
    inner_.loop_stopped(executor);
}
void Middleware::loop_draining(async::Executor& executor) noexcept {
    inner_.loop_draining(executor);
}
void Middleware::set_stopper(gateway::Stopper* stopper) noexcept {
    inner_.set_stopper(stopper);
}

gateway::Outcome HeadMiddleware::start(gateway::Exchange& exchange) {
    if (look(exchange, Kind::Http) == Decision::Answered) return gateway::Outcome::finished();
    return inner().start(exchange);
}
gateway::Outcome HeadMiddleware::start_websocket(gateway::Websocket& websocket) {
    if (look(websocket.handshake(), Kind::Websocket) == Decision::Answered)
        return gateway::Outcome::finished();
    return inner().start_websocket(websocket);
}

std::string_view client_scheme(const gateway::Exchange& exchange) noexcept {
    const gateway::Forwarded* const said = exchange.forwarded();
    return said && !said->scheme.empty() ? std::string_view(said->scheme)
                                         : exchange.head().scheme();
}
std::string_view client_host(const gateway::Exchange& exchange) noexcept {
    const gateway::Forwarded* const said = exchange.forwarded();
    return said && !said->host.empty() ? std::string_view(said->host) : exchange.head().authority();
}

}  // namespace pottle::middleware
