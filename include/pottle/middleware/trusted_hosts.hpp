// SPDX-License-Identifier: MIT
/// \file
/// TrustedHosts: refuses requests whose Host field is none of ours, before anybody builds a URL of
/// it.
#pragma once

#include <pottle/middleware/middleware.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::middleware {

/// Answers 400 unless the host, without its port, is in the list: "example.org", or ".example.org"
/// for it and everything below. The setting TRUSTED_HOSTS puts one around an application.
class TrustedHosts final : public HeadMiddleware {
public:
    TrustedHosts(gateway::Gateway& inner, std::vector<std::string> hosts)
        : HeadMiddleware(inner), hosts_(std::move(hosts)) {}

private:
    Decision look(gateway::Exchange& exchange, Kind kind) override;
    std::vector<std::string> hosts_;
};

/// Whether `host`, with or without a port, is one of `trusted`. Case does not matter.
bool is_trusted_host(std::string_view host, const std::vector<std::string>& trusted);

}  // namespace pottle::middleware
