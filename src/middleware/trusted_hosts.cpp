// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/url.hpp>
#include <pottle/middleware/trusted_hosts.hpp>

#include <algorithm>

namespace pottle::middleware {

namespace {
bool matches(std::string_view host, std::string_view trusted) {
    if (!trusted.starts_with('.')) return ascii::iequals(host, trusted);
    if (ascii::iequals(host, trusted.substr(1))) return true;
    return host.size() > trusted.size() &&
           ascii::iequals(host.substr(host.size() - trusted.size()), trusted);
}
}  // namespace

bool is_trusted_host(std::string_view host, const std::vector<std::string>& trusted) {
    const std::string_view name = http::without_port(host);
    return !name.empty() && std::ranges::any_of(trusted, [&](const std::string& one) {
        return matches(name, http::without_port(one));
    });
}

HeadMiddleware::Decision TrustedHosts::look(gateway::Exchange& exchange, Kind) {
    if (is_trusted_host(client_host(exchange), hosts_)) return Decision::PassOn;
    exchange.response() = Response("Bad Request: the host is not one of this site's", 400);
    return Decision::Answered;
}

}  // namespace pottle::middleware
