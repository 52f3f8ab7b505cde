// SPDX-License-Identifier: MIT
/// \file
/// CommandLine: what an application's `main` was asked to do.
#pragma once

#include "route_table.hpp"

#include <pottle/app/app.hpp>
#include <pottle/base/log.hpp>
#include <pottle/server/server.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace pottle::run_detail {

struct CommandLine {
    enum class Command : std::uint8_t { Run, Routes, ShellConfig, Check, Own };
    Command command = Command::Run;
    std::string own_command{};                 ///< of Own: its full name
    std::vector<std::string> own_arguments{};  ///< of Own
    RouteTableOptions routes{};
    server::Deployment deployment{};
    server::Options options{};
    std::optional<log::Level> log_level{};  ///< not set: LOG_LEVEL of the application
    std::optional<bool> debug{};
    std::optional<bool> reload{};  ///< not set: as debug (CLI-2)
    std::vector<std::string> reload_paths{};
};

/// What to print and with which code to exit instead of running: help, version or a mistake.
struct CommandLineExit {
    std::string text;
    int code = 0;
};

/// Parses `argv`. `program` is the application's name, for --help and --version; `commands` are the
/// application's own. Options that are not given come from --config, then from POTTLE_RUN_<OPTION>.
std::expected<CommandLine, CommandLineExit> parse_command_line(
    std::string program, int argc, const char* const* argv,
    const std::vector<CommandInfo>& commands = {});

/// What must be known before the application is made: where the environment comes from.
struct EarlyOptions {
    std::optional<std::string> env_file{};
    std::optional<bool> debug{};
};
EarlyOptions scan_early_options(int argc, const char* const* argv);

/// `argv` without what the reloader decides itself: binds and --reload.
std::vector<std::string> strip_for_child(int argc, const char* const* argv);

}  // namespace pottle::run_detail
