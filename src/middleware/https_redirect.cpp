// SPDX-License-Identifier: MIT
#include <pottle/http/url.hpp>
#include <pottle/middleware/https_redirect.hpp>

namespace pottle::middleware {

HeadMiddleware::Decision HttpsRedirect::look(gateway::Exchange& exchange, Kind kind) {
    const std::string_view scheme = client_scheme(exchange);
    if (scheme == "https" || scheme == "wss") return Decision::PassOn;
    const std::string_view host =
        host_.empty() ? http::without_port(client_host(exchange)) : std::string_view(host_);
    Response& response = exchange.response();
    if (host.empty()) {
        response = Response("Bad Request", 400);
        return Decision::Answered;
    }
    const gateway::RequestHead& head = exchange.head();
    std::string location = kind == Kind::Http ? "https://" : "wss://";
    location += host;
    if (const gateway::Forwarded* said = exchange.forwarded()) location += said->prefix;
    location += head.raw_path();
    if (!head.query().empty()) (location += '?') += head.query();
    response.status = 307;
    response.headers.set("location", location);
    return Decision::Answered;
}

}  // namespace pottle::middleware
