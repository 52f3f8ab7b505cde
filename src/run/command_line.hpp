// SPDX-License-Identifier: MIT
/// \file
/// CommandLine: what an application's `main` was asked to do.
#pragma once

#include <pottle/base/log.hpp>
#include <pottle/server/server.hpp>

#include <expected>
#include <string>

namespace pottle::run_detail {

struct CommandLine {
    enum class Command : std::uint8_t { Run, Routes };
    Command command = Command::Run;
    server::Deployment deployment;
    server::Options options;
    log::Level log_level = log::Level::Info;
};

/// What to print and with which code to exit instead of running: help, version or a mistake.
struct CommandLineExit {
    std::string text;
    int code = 0;
};

/// Parses `argv`. `program` is the application's name, for --help and --version.
std::expected<CommandLine, CommandLineExit> parse_command_line(std::string program, int argc,
                                                               const char* const* argv);

}  // namespace pottle::run_detail
