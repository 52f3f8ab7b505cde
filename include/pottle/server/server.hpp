// SPDX-License-Identifier: MIT
/// \file
/// Server: one process that serves a Gateway over its binds: start-up, loops, graceful shutdown.
/// What a connection does is in src/server/h1_connection.hpp.
#pragma once

#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/server_stats.hpp>
#include <pottle/net/tls_options.hpp>
#include <pottle/server/options.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pottle::server {

/// Where and how the process listens, and on how many threads.
struct Deployment {
    /// "host:port", "host", "[v6]:port", "unix:path", "fd://N". TLS when `tls` is set, clear text
    /// otherwise.
    std::vector<std::string> binds{"127.0.0.1:8000"};
    /// Clear-text binds beside TLS ones.
    std::vector<std::string> insecure_binds;
    /// UDP addresses for HTTP/3, as `binds` but for Unix sockets. They need `tls`.
    std::vector<std::string> quic_binds;
    std::optional<net::TlsOptions> tls;
    std::size_t threads = 0;  ///< event loops; 0: one for each core
    int backlog = 1024;
    bool reuse_port = false;  ///< one listening socket for each loop instead of a shared one
    std::size_t blocking_threads = 0;  ///< of the pool for blocking work; 0: the pool's default
};

/// How serve() ended.
enum class Exit : int {
    Normal = 0,
    Forced = 1,            ///< a second signal, or handlers that would not end
    StartupFailed = 3,     ///< a bind, certificate, log file or the application's own startup
    ApplicationFailed = 4  ///< the application asked for the end: a critical task failed
};

/// Serves until SIGINT or SIGTERM, then drains: listening sockets are closed, idle connections
/// ended, running requests get `timeouts.graceful`, then are cancelled and get `timeouts.kill`. A
/// second signal ends it at once.
///
/// Errors:   start-up mistakes are logged in a sentence each and end in Exit::StartupFailed.
/// Lifetime: `gateway` and `stats` outlive the call.
/// Thread:   takes the calling thread for the first loop and handles its signals.
Exit serve(gateway::Gateway& gateway, const Deployment& deployment, const Options& options,
           ServerStats& stats);

}  // namespace pottle::server
