// SPDX-License-Identifier: MIT
/// \file
/// Limits and timeouts of the server. Every bound on what a peer can make us hold or wait for has
/// its name here.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/net/quic/options.hpp>
#include <pottle/proto/h1/limits.hpp>
#include <pottle/proto/h2/limits.hpp>
#include <pottle/proto/h3/limits.hpp>
#include <pottle/server/websocket_options.hpp>

#include <cstdint>
#include <string>

namespace pottle::server {

/// How long a connection may take for each thing it does. Zero switches a timeout off.
struct Timeouts {
    /// From the first byte of a request head to its end (granian, Unit: 30 s; h2o: 10 s). Stops
    /// slow-header attacks.
    Milliseconds header{10'000};
    /// Between two pieces of a request body that somebody waits for (Unit: 30 s).
    Milliseconds body{30'000};
    /// Keep-alive: before the first and between requests (nginx: 75 s; Hypercorn: 5 s).
    Milliseconds idle{75'000};
    /// Without any progress while a response waits for the peer to read (Unit: 30 s, nginx and h2o:
    /// 60 s).
    Milliseconds send{30'000};
    /// From the request head to the response head; then 503. Streams may go on after it (Quart's
    /// RESPONSE_TIMEOUT: 60 s).
    Milliseconds handler{60'000};
    Milliseconds tls_handshake{10'000};
    /// A client that half-closed after a complete request gets its answer within this time, then
    /// counts as gone.
    Milliseconds half_close_grace{500};
    /// After a response that ends the connection while the client still sends: how long its bytes
    /// are discarded, so that a reset does not destroy the response (nginx's lingering_timeout: 5
    /// s).
    Milliseconds linger{2'000};
    /// From SIGTERM to the cancellation of what still runs.
    Milliseconds graceful{10'000};
    /// After that, how long cancelled handlers may take to clean up before the process stops
    /// waiting for them.
    Milliseconds kill{5'000};
};

struct Options {
    h1::Limits h1;  ///< `body` holds for every protocol
    h2::Limits h2;
    h3::Limits h3;
    net::QuicOptions quic;
    WebsocketOptions websocket;
    Timeouts timeouts;

    /// Open connections of the process; beyond: the new one is answered 503 and closed. 0: no limit
    /// but descriptors.
    std::size_t max_connections = 0;
    /// Requests being handled at once in the process; beyond: 503 with Retry-After. 0: no limit.
    std::size_t max_concurrent_requests = 0;
    /// Requests of one connection, then Connection: close. 0: no limit.
    std::uint64_t max_requests_per_connection = 0;
    /// Of an unread request body, how much is read and thrown away to keep the connection; beyond,
    /// it is closed.
    ByteCount discard_limit = 256_KiB;
    /// A response waits for the peer while more than this is queued on its connection.
    ByteCount send_high_water = 64_KiB;
    /// The same for all responses of one HTTP/2 or HTTP/3 connection together, so that a client
    /// that takes nothing cannot have as much kept for each of its streams.
    ByteCount connection_high_water = 256_KiB;

    /// HTTP/2 on clear-text binds, for clients that begin with its preface (RFC 9113 3.3).
    bool h2_prior_knowledge = true;
    /// HTTP/2 on clear-text binds by Upgrade: h2c (RFC 7540 3.2). Never over TLS.
    bool h2c_upgrade = true;

    /// Value of the Server field; empty leaves it out.
    std::string server_name = "pottle";
    bool date_header = true;
    /// Value of the Alt-Svc field (RFC 7838), which leads clients to HTTP/3. Empty: that of the
    /// first QUIC bind, if there is one; "-" leaves it out.
    std::string alt_svc;

    /// Path of the access log, "-" for standard output; empty switches it off.
    std::string access_log;
    /// Gunicorn's atoms; see access_log.hpp.
    std::string access_log_format =
        R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")";
};

}  // namespace pottle::server
