// SPDX-License-Identifier: MIT
/// \file
/// The options of `run`, which the program takes without a command as well: what each is called,
/// and what it sets. Those of the protocols: protocol_options.hpp. Commands, and where options come
/// from: command_line.cpp.
#pragma once

#include "command_line.hpp"

#include <expected>
#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the name is of CLI11
namespace CLI {
class App;
}

namespace pottle::run_detail {

/// Text options that only matter when given.
struct TlsTexts {
    std::string certificate, key, password, ciphers, suites, ca_file, alpn;
};

/// --host and --port, Flask's words for one bind.
struct HostAndPort {
    std::string host;
    unsigned port = 0;
};

/// What is not in its place yet when the words are parsed.
struct Given {
    std::vector<std::string> binds;
    HostAndPort where;
    TlsTexts tls;
};

/// Adds what the program itself and its command `run` take. `line` and `given` are written when
/// `cli` parses.
void add_run_options(CLI::App& cli, CommandLine& line, Given& given);

/// Puts what was given in its place. Returns: the mistake, where options contradict each other.
std::expected<void, CommandLineExit> finish(CommandLine& line, Given&& given);

}  // namespace pottle::run_detail
