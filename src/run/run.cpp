// SPDX-License-Identifier: MIT
#include "command_line.hpp"
#include "reloader.hpp"
#include "route_table.hpp"
#include "run_task.hpp"

#include <pottle/base/log.hpp>
#include <pottle/run/run.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace pottle {

namespace {

constexpr int kStartupFailed = static_cast<int>(server::Exit::StartupFailed);

void print(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

/// Runs `action`; what it throws is a sentence on standard error and kStartupFailed.
template <class Action>
int guarded(std::string_view program, Action action) {
    std::string mistake;
    try {
        return action();
    } catch (const std::exception& error) {
        mistake = error.what();
    } catch (...) {
        mistake = "an exception that is not a std::exception";
    }
    log::flush();
    print(stderr, fmt::format("{}: {}\n", program, mistake));
    return kStartupFailed;
}

/// LOG_LEVEL and LOG_FORMAT, unless the command line says otherwise.
void set_up_logging(const Config& config, const run_detail::CommandLine& line) {
    const std::string format = config.get<std::string>("LOG_FORMAT");
    if (format != "text" && format != "json")
        throw ConfigError(
            fmt::format("LOG_FORMAT is \"{}\", but must be \"text\" or \"json\"", format));
    log::set_format(format == "json" ? log::Format::Json : log::Format::Text);
    const auto named = config.get<std::optional<std::string>>("LOG_LEVEL");
    std::optional<log::Level> level = line.log_level;
    if (!level && named) {
        level = log::level_named(*named);
        if (!level)
            throw ConfigError(
                fmt::format("LOG_LEVEL is \"{}\", but must be \"trace\", \"debug\", "
                            "\"info\", \"warning\", \"error\" or \"critical\"",
                            *named));
    }
    if (level || config.get<bool>("DEBUG")) log::set_level(level.value_or(log::Level::Debug));
}

int serve_app(App& app, const run_detail::CommandLine& line) {
    if (app.config().get<bool>("DEBUG"))
        log::warning("debug mode: errors are shown to every client; never in production");
    return static_cast<int>(
        server::serve(app.gateway(), line.deployment, line.options, app.extension<ServerStats>()));
}

int check_app(App& app) {
    app.gateway();
    const std::vector<std::string> slips = app.config().find_slips();
    print(stdout, fmt::format("{}: {} routes, {} commands, {} settings in doubt\n", app.name(),
                              app.routes().size(), app.commands().size(), slips.size()));
    return slips.empty() ? 0 : 1;
}

int run_parsed(App& app, const run_detail::CommandLine& line, int argc, char** argv) {
    using Command = run_detail::CommandLine::Command;
    set_up_logging(app.config(), line);
    switch (line.command) {
        case Command::Run:
            if (line.reload.value_or(app.config().get<bool>("DEBUG"))) {
                std::vector<std::string> watched{"templates", "static", ".env", ".pottleenv"};
                for (const Config::Entry& entry : app.config().entries())
                    if (entry.source.ends_with(".toml") || entry.source.ends_with(".json"))
                        watched.push_back(entry.source);
                watched.insert(watched.end(), line.reload_paths.begin(), line.reload_paths.end());
                return run_detail::run_reloader(
                    {line.deployment, run_detail::strip_for_child(argc, argv), std::move(watched)});
            }
            return serve_app(app, line);
        case Command::Routes:
            print(stdout, run_detail::format_routes(app.routes(), line.routes));
            return 0;
        case Command::ShellConfig:
            print(stdout, run_detail::format_config(app.config()));
            return 0;
        case Command::Check:
            return check_app(app);
        case Command::Own:
            return run_detail::run_on_loop(app.run_command(line.own_command, line.own_arguments));
    }
    return kStartupFailed;
}

}  // namespace

int run(App app, int argc, char** argv) {
    return guarded(app.name(), [&] {
        // Before the application's commands are asked for: that freezes its settings.
        const run_detail::EarlyOptions early = run_detail::scan_early_options(argc, argv);
        if (early.debug) app.config().set("DEBUG", *early.debug);
        const auto line =
            run_detail::parse_command_line(std::string(app.name()), argc, argv, app.commands());
        if (!line) {
            print(line.error().code == 0 ? stdout : stderr, line.error().text);
            return line.error().code;
        }
        return run_parsed(app, *line, argc, argv);
    });
}

int run(App (*create_app)(), int argc, char** argv) {
    const std::string program = argc > 0 ? argv[0] : "pottle";
    return guarded(program, [&] {
        const run_detail::EarlyOptions early = run_detail::scan_early_options(argc, argv);
        if (early.env_file && !load_dotenv(*early.env_file))
            throw ConfigError(fmt::format("--env-file {}: there is no such file", *early.env_file));
        load_dotenv();
        constexpr int kReplace = 1;
        if (early.debug) ::setenv("POTTLE_DEBUG", *early.debug ? "1" : "0", kReplace);
        return run(create_app(), argc, argv);
    });
}

}  // namespace pottle
