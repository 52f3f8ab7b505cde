// SPDX-License-Identifier: MIT
/// \file
/// The command line's options of HTTP/2, HTTP/3, QUIC and websockets.
#pragma once

#include <pottle/server/options.hpp>

// NOLINTNEXTLINE(readability-identifier-naming): the name is of CLI11
namespace CLI {
class App;
}

namespace pottle::run_detail {

// `cli` keeps references into the options until it has parsed.
void add_http2(CLI::App& cli, server::Options& options);
void add_websockets(CLI::App& cli, server::WebsocketOptions& options);
void add_http3(CLI::App& cli, server::Options& options);
void add_quic(CLI::App& cli, net::QuicOptions& options);

}  // namespace pottle::run_detail
