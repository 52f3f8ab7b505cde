// SPDX-License-Identifier: MIT
#include "command_line.hpp"
#include "route_table.hpp"

#include <pottle/base/log.hpp>
#include <pottle/run/run.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace pottle {

namespace {

void print(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

int serve_app(App& app, const run_detail::CommandLine& line) {
    return static_cast<int>(
        server::serve(app.gateway(), line.deployment, line.options, app.extension<ServerStats>()));
}

}  // namespace

int run(App app, int argc, char** argv) {
    const auto line = run_detail::parse_command_line(std::string(app.name()), argc, argv);
    if (!line) {
        print(line.error().code == 0 ? stdout : stderr, line.error().text);
        return line.error().code;
    }
    log::set_level(line->log_level);
    try {
        switch (line->command) {
            case run_detail::CommandLine::Command::Run:
                return serve_app(app, *line);
            case run_detail::CommandLine::Command::Routes:
                print(stdout, run_detail::format_routes(app.routes()));
                return 0;
        }
    } catch (const ConfigError& error) {
        print(stderr, fmt::format("{}: {}\n", app.name(), error.what()));
    }
    return static_cast<int>(server::Exit::StartupFailed);
}

}  // namespace pottle
