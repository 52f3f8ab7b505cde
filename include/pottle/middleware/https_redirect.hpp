// SPDX-License-Identifier: MIT
/// \file
/// HttpsRedirect: sends clear-text clients to the same URL over TLS.
#pragma once

#include <pottle/middleware/middleware.hpp>

#include <string>

namespace pottle::middleware {

/// Answers http with 307 to https, and a ws handshake with 307 to wss. Behind a proxy that ends
/// TLS it needs ProxyFix around it, to see the client's scheme.
///
/// `app.wrap<middleware::HttpsRedirect>();`
class HttpsRedirect final : public HeadMiddleware {
public:
    /// `host`: host[:port] to send clients to; empty: the one they asked, without its port. A
    /// request that names none is answered 400.
    explicit HttpsRedirect(gateway::Gateway& inner, std::string host = {})
        : HeadMiddleware(inner), host_(std::move(host)) {}

private:
    Decision look(gateway::Exchange& exchange, Kind kind) override;
    std::string host_;
};

}  // namespace pottle::middleware
