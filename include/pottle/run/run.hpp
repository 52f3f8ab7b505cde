// SPDX-License-Identifier: MIT
/// \file
/// run(): serves an application from the command line. The only place where an application meets
/// the server.
#pragma once

#include <pottle/app/app.hpp>

namespace pottle {

/// The program's `main`: reads the command line (`run`, `routes`, `--help`, ...), serves until a
/// signal, returns the exit status. With no subcommand it runs.
int run(App app, int argc, char** argv);

}  // namespace pottle
