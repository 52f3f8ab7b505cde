// SPDX-License-Identifier: MIT
/// \file
/// --reload: a parent process that holds the listening sockets, serves through a child, and starts
/// the child anew when the program, a template, a static file or a setting changes. Connections
/// that arrive meanwhile wait in the sockets' queues.
#pragma once

#include <pottle/server/server.hpp>

#include <string>
#include <vector>

namespace pottle::run_detail {

struct ReloadPlan {
    server::Deployment deployment;       ///< where to listen
    std::vector<std::string> arguments;  ///< of the child, without binds: argv[1] and on
    std::vector<std::string> watched;    ///< files and folders besides the program itself
};

/// Serves until SIGINT or SIGTERM. Returns: the exit status.
int run_reloader(const ReloadPlan& plan);

/// Times and sizes of the files in `paths` and below; equal as long as nothing has changed.
std::string take_snapshot(const std::vector<std::string>& paths);

}  // namespace pottle::run_detail
