// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include "run_options.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace pottle::run_detail {

namespace {

constexpr const char* kVersion = "pottle 0.1.0";
void add_route_options(CLI::App& cli, RouteTableOptions& routes) {
    static const std::vector<std::pair<std::string, RouteOrder>> kOrders{
        {"endpoint", RouteOrder::Endpoint},
        {"methods", RouteOrder::Methods},
        {"domain", RouteOrder::Domain},
        {"rule", RouteOrder::Rule},
        {"match", RouteOrder::Match}};
    cli.add_option("-s,--sort", routes.order, "endpoint, methods, domain, rule or match")
        ->transform(CLI::CheckedTransformer(kOrders, CLI::ignore_case).description(""))
        ->type_name("ORDER");
    cli.add_flag("--all-methods", routes.all_methods, "HEAD and OPTIONS as well");
}

/// Own commands: "seed", or "todos seed" below a group.
void add_own_commands(CLI::App& cli, const std::vector<CommandInfo>& commands, CommandLine& line) {
    for (const CommandInfo& command : commands) {
        CLI::App* parent = &cli;
        std::string_view name = command.name;
        if (const std::size_t space = name.find(' '); space != name.npos) {
            const std::string group(name.substr(0, space));
            const auto known = cli.get_subcommands(
                [&](const CLI::App* other) { return other->get_name() == group; });
            parent =
                known.empty() ? cli.add_subcommand(group, "commands of " + group) : known.front();
            parent->require_subcommand(1);
            name.remove_prefix(space + 1);
        }
        CLI::App* own = parent->add_subcommand(std::string(name), command.help);
        own->prefix_command();
        own->callback([own, &line, full = command.name] {
            line.command = CommandLine::Command::Own;
            line.own_command = full;
            line.own_arguments = own->remaining();
        });
    }
}

/// CLI-6: "--max-body" is POTTLE_RUN_MAX_BODY.
std::vector<std::string> options_of_environment(const CLI::App& run) {
    std::vector<std::string> words;
    for (const CLI::Option* option : run.get_options()) {
        if (option->count() > 0 || option->get_lnames().empty()) continue;
        const std::string& name = option->get_lnames().front();
        std::string variable = "POTTLE_RUN_";
        for (const char c : name) variable += c == '-' ? '_' : ascii::to_upper(c);
        const char* const value = std::getenv(variable.c_str());
        if (!value || name == "help" || name == "config") continue;
        if (option->get_expected_max() == 0 && std::string_view(value) == "0") continue;
        words.push_back(option->get_expected_max() == 0 ? "--" + name
                                                        : fmt::format("--{}={}", name, value));
    }
    return words;
}

std::optional<CommandLineExit> parse(CLI::App& cli, const std::vector<std::string>& words) {
    try {
        std::vector<std::string> reversed(words.rbegin(), words.rend());  // what CLI11 expects
        cli.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        std::ostringstream out, mistakes;
        const int code = cli.exit(error, out, mistakes);
        return CommandLineExit{out.str() + mistakes.str(), code == 0 ? 0 : 2};
    }
    return std::nullopt;
}

enum class Environment : std::uint8_t { Read, Ignore };

/// `commands`: null when they are not known yet; the first word that can be none but one of theirs
/// ends the parsing then.
std::expected<CommandLine, CommandLineExit> parse_words(const std::string& program,
                                                        std::vector<std::string> words,
                                                        const std::vector<CommandInfo>* commands,
                                                        Environment environment) {
    CommandLine line;
    Given given;
    CLI::App cli{fmt::format("{}: a Pottle application", program), program};
    cli.set_version_flag("--version", kVersion);
    cli.require_subcommand(0, 1);
    CLI::App* run = cli.add_subcommand("run", "serve the application (default)");
    CLI::App* routes =
        cli.add_subcommand("routes", "list the routes: endpoint, methods, rule, source line");
    add_route_options(*routes, line.routes);
    CLI::App* shell_config =
        cli.add_subcommand("shell-config", "print the settings and where each comes from");
    CLI::App* check = cli.add_subcommand(
        "check", "find mistakes of routes and settings without serving; status 1 for doubts");
    if (commands)
        add_own_commands(cli, *commands, line);
    else
        cli.prefix_command();
    for (CLI::App* where : {&cli, run}) add_run_options(*where, line, given);
    if (auto exit = parse(cli, words)) return std::unexpected(std::move(*exit));
    if (!commands && !cli.remaining().empty()) line.command = CommandLine::Command::Own;
    if (environment == Environment::Read && line.command == CommandLine::Command::Run) {
        std::vector<std::string> more = options_of_environment(run->parsed() ? *run : cli);
        if (!more.empty()) {
            words.insert(words.end(), more.begin(), more.end());
            return parse_words(program, std::move(words), commands, Environment::Ignore);
        }
    }
    if (routes->parsed()) line.command = CommandLine::Command::Routes;
    if (shell_config->parsed()) line.command = CommandLine::Command::ShellConfig;
    if (check->parsed()) line.command = CommandLine::Command::Check;
    if (auto done = finish(line, std::move(given)); !done)
        return std::unexpected(std::move(done).error());
    return line;
}

}  // namespace

std::expected<CommandLine, CommandLineExit> parse_command_line(
    std::string program, int argc, const char* const* argv,
    const std::vector<CommandInfo>& commands) {
    return parse_words(program, std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                       &commands, Environment::Read);
}

EarlyOptions scan_early_options(int argc, const char* const* argv) {
    EarlyOptions early;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with("--env-file=")) early.env_file = word.substr(11);
        if ((word == "-e" || word == "--env-file") && i + 1 < argc) early.env_file = argv[i + 1];
    }
    // A mistake is told of when the line is parsed again.
    if (const auto line =
            parse_words({}, std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                        nullptr, Environment::Read))
        early.debug = line->debug;
    return early;
}

std::vector<std::string> strip_for_child(int argc, const char* const* argv) {
    constexpr std::string_view kWithValue[] = {"-b",     "--bind", "--insecure-bind",
                                               "--host", "-p",     "--port"};
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--reload" || word == "--no-reload") continue;
        const std::string_view name = word.substr(0, word.find('='));
        if (std::ranges::find(kWithValue, name) == std::end(kWithValue))
            words.emplace_back(word);
        else if (name.size() == word.size())
            ++i;
    }
    return words;
}

}  // namespace pottle::run_detail
