// SPDX-License-Identifier: MIT
/// \file
/// run(): serves an application from the command line. The only place where an application meets
/// the server.
#pragma once

#include <pottle/app/app.hpp>

namespace pottle {

/// The program's `main`: `int main(int argc, char** argv) { return run(create_app, argc, argv); }`
///
/// Reads `.env` files and --debug into the environment, makes the application, reads the command
/// line (`run`, `routes`, `check`, `shell-config`, the application's own commands, `--help`),
/// serves until a signal. With no subcommand it runs. A mistake in create_app() is printed with its
/// source line.
///
/// Returns: the exit status: 0 after an orderly stop, 2 for a mistake in the command line, 3 when
/// the application or a listener cannot start, 4 when a critical background task failed.
int run(App (*create_app)(), int argc, char** argv);

/// The same for an application that is made already: without `.env` files, and what create_app()
/// threw is the caller's.
int run(App app, int argc, char** argv);

}  // namespace pottle
