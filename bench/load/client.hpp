// SPDX-License-Identifier: MIT
/// \file
/// What the load generators share: sockets to 127.0.0.1, the request text, and latency summaries.
/// They print one JSON object per measurement on standard output; `bench/lib/loads.py` reads it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

namespace bench {

using Clock = std::chrono::steady_clock;

struct SslContextDelete {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDelete {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct SslSessionDelete {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDelete>;
using Ssl = std::unique_ptr<SSL, SslDelete>;
using SslSession = std::unique_ptr<SSL_SESSION, SslSessionDelete>;

/// Prints `what` and errno, and ends the program: a load generator has nothing to recover.
[[noreturn]] void fail(const char* what);

enum class Blocking { No, Yes };

/// A socket connected to (or, when not blocking, connecting to) 127.0.0.1.
int connect_to(int port, Blocking blocking);

/// Closes with a reset, so that no port stays in TIME_WAIT.
void reset_close(int fd);

/// A TLS 1.3 client context that accepts the self-signed certificate of the benchmark.
SslContext client_context();

/// The text of a GET request that keeps the connection alive.
std::string get_request(std::string_view path, int port);

/// Whether `bytes` holds a whole response with a Content-Length.
bool is_complete_response(std::string_view bytes);

/// {"p50":..,"p99":..,"p999":..,"max":..} in microseconds; `latencies` is sorted by the call.
std::string summary(std::vector<double>& latencies);

}  // namespace bench
