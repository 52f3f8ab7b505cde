// SPDX-License-Identifier: MIT
/// \file
/// ProxyFix: takes the client's address, scheme, host and prefix from the fields that a trusted
/// proxy adds, so that an application behind it sees the client and not the proxy.
#pragma once

#include <pottle/middleware/middleware.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::middleware {

struct ProxyFixOptions {
    enum class Fields : unsigned char {
        XForwarded,  ///< X-Forwarded-For, -Proto, -Host, -Prefix
        Forwarded    ///< RFC 7239
    };
    Fields fields = Fields::XForwarded;
    /// How many proxies stand in front of the program, each of which adds a value: that many from
    /// the right is the client's. Wrong by one it believes the client.
    std::size_t hops = 1;
    /// Instead of counting: the proxies' addresses, networks ("10.0.0.0/8", "2001:db8::/32") or
    /// "unix" for peers of Unix sockets. A peer that is none of them is not believed; of the
    /// addresses the first from the right that is none of them is the client's.
    std::vector<std::string> trusted_networks{};
    /// Whether to believe X-Forwarded-Host, or host= of Forwarded, and X-Forwarded-Prefix. Only
    /// where the proxy sets them itself: most pass on what the client sends.
    bool host = false;
    bool prefix = false;
};

/// `app.wrap<middleware::ProxyFix>(middleware::ProxyFixOptions{.hops = 2});` Wrap it last, so that
/// the other middleware sees what it found.
///
/// Errors: throws LogicError for a network that cannot be read.
class ProxyFix final : public HeadMiddleware {
public:
    explicit ProxyFix(gateway::Gateway& inner, ProxyFixOptions options = {});

    /// An address block. An IPv4 address is also the IPv6 address that maps it.
    struct Network {
        unsigned char bytes[16];
        unsigned bits;  ///< of the 128
    };

private:
    /// What one proxy said about the hop in front of it.
    struct Hop {
        std::string address, scheme, host, prefix;
    };

    Decision look(gateway::Exchange& exchange, Kind kind) override;
    std::vector<Hop> read_x_forwarded(const gateway::RequestHead& head) const;
    bool trusts(std::string_view address) const;
    /// Which hop is the client's, counted from the right; empty: nobody is believed.
    std::optional<std::size_t> client_hop(const std::vector<Hop>& hops,
                                          std::string_view peer) const;

    ProxyFixOptions options_;
    std::vector<Network> networks_;
    bool trusts_unix_ = false;
};

/// The elements of Forwarded fields (RFC 7239 4), leftmost first: {"for", "192.0.2.1"} and so on.
std::vector<std::vector<std::pair<std::string, std::string>>> parse_forwarded(
    std::string_view value);

}  // namespace pottle::middleware
