// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include "option_kinds.hpp"
#include "protocol_options.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace pottle::run_detail {

namespace {

constexpr const char* kVersion = "pottle 0.1.0";
/// Of either kind; a guard against a slip of the finger, far above what any machine can use.
constexpr std::size_t kMaxThreads = 4096;

/// Text options that only matter when given; collected here and moved into place after parsing.
struct TlsTexts {
    std::string certificate, key, password, ciphers, suites, ca_file, alpn;
};

void add_listening(CLI::App& cli, server::Deployment& deployment, std::vector<std::string>& binds,
                   TlsTexts& tls) {
    cli.add_option(
           "-b,--bind", binds,
           "host:port, host, [v6]:port, unix:path or fd://N; repeatable (default 127.0.0.1:8000)")
        ->type_name("ADDRESS")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    cli.add_option("--insecure-bind", deployment.insecure_binds,
                   "clear-text address beside TLS ones; repeatable")
        ->type_name("ADDRESS")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    cli.add_option("--quic-bind", deployment.quic_binds,
                   "UDP address for HTTP/3, as --bind; needs --certfile; repeatable")
        ->type_name("ADDRESS")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    cli.add_option("--certfile", tls.certificate,
                   "certificate chain (PEM); with --keyfile it turns --bind into TLS")
        ->type_name("FILE");
    cli.add_option("--keyfile", tls.key, "private key (PEM)")->type_name("FILE");
    cli.add_option("--keyfile-password", tls.password, "password of the private key")
        ->type_name("TEXT");
    cli.add_option("--ciphers", tls.ciphers, "OpenSSL cipher list for TLS 1.2")->type_name("LIST");
    cli.add_option("--tls13-suites", tls.suites, "TLS 1.3 cipher suites")->type_name("LIST");
    cli.add_option("--alpn-protocols", tls.alpn,
                   "protocols over TLS by preference (default: h2,http/1.1)")
        ->type_name("LIST");
    cli.add_option("-t,--threads", deployment.threads, "event loops (default: one for each core)")
        ->check(CLI::Range(std::size_t{0}, kMaxThreads));
    cli.add_option("--blocking-threads", deployment.blocking_threads,
                   "threads for blocking work (default: twice the cores)")
        ->check(CLI::Range(std::size_t{0}, kMaxThreads));
    cli.add_option("--backlog", deployment.backlog, "connections that may wait to be accepted")
        ->capture_default_str();
    cli.add_flag("--reuse-port", deployment.reuse_port,
                 "one listening socket for each loop (SO_REUSEPORT)");
}

void add_timeouts(CLI::App& cli, server::Timeouts& timeouts) {
    add_duration(cli, "--keep-alive", timeouts.idle,
                 "idle time of a connection before and between requests; 0: none");
    add_duration(cli, "--header-timeout", timeouts.header,
                 "from the first byte of a request head to its end");
    add_duration(cli, "--body-timeout", timeouts.body, "between two pieces of a request body");
    add_duration(cli, "--send-timeout", timeouts.send,
                 "without progress while a client reads its response");
    add_duration(cli, "--handler-timeout", timeouts.handler,
                 "until a handler's response begins, then 503; 0: none");
    add_duration(cli, "--tls-handshake-timeout", timeouts.tls_handshake, "of a TLS handshake");
    add_duration(cli, "--half-close-grace", timeouts.half_close_grace,
                 "for the answer to a client that finished sending");
    add_duration(cli, "--linger-timeout", timeouts.linger,
                 "for what a client still sends behind the last response");
    add_duration(cli, "--graceful-timeout", timeouts.graceful, "for running requests at shutdown");
    add_duration(cli, "--kill-timeout", timeouts.kill, "for cancelled handlers at shutdown");
}

void add_limits(CLI::App& cli, server::Options& options) {
    add_size(cli, "--max-body", options.h1.body, "content of a request, then 413; 0: no limit");
    add_size(cli, "--max-request-line", options.h1.request_line, "request line, then 414");
    add_size(cli, "--max-head", options.h1.head, "request line and header fields, then 431");
    add_size(cli, "--max-chunk-line", options.h1.chunk_line,
             "chunk size with its extensions, then 400");
    add_size(cli, "--max-chunk-extensions", options.h1.chunk_extensions,
             "chunk extensions of a body together, then 400");
    add_size(cli, "--max-trailers", options.h1.trailers, "trailer section, then 431");
    add_size(cli, "--discard-limit", options.discard_limit,
             "of a body that nobody reads, to keep its connection; beyond, it is closed");
    cli.add_option("--max-fields", options.h1.fields, "header fields, then 431")
        ->capture_default_str()
        ->check(CLI::Range(1UL, h1::kMaxFields));
    cli.add_option("--max-connections", options.max_connections,
                   "open connections, then 503; 0: no limit")
        ->capture_default_str();
    cli.add_option("--max-concurrent-requests", options.max_concurrent_requests,
                   "requests handled at once, then 503; 0: no limit")
        ->capture_default_str();
    cli.add_option("--max-streams", options.h2.streams,
                   "requests at once on one HTTP/2 connection, then refused")
        ->capture_default_str();
    add_size(cli, "--send-high-water", options.send_high_water,
             "of one response; it waits while more is queued");
    add_size(cli, "--connection-high-water", options.connection_high_water,
             "the same for all responses of an HTTP/2 or HTTP/3 connection");
    cli.add_option("--max-requests-per-connection", options.max_requests_per_connection,
                   "then the connection is closed; 0: no limit")
        ->capture_default_str();
}

void add_logging(CLI::App& cli, server::Options& options, std::optional<log::Level>& level) {
    cli.add_option("--access-logfile", options.access_log,
                   "access log: a path, or - for standard output (default: off)")
        ->type_name("FILE");
    cli.add_option("--access-logformat", options.access_log_format, "Gunicorn's atoms")
        ->type_name("FORMAT");
    static const std::vector<std::pair<std::string, log::Level>> kLevels{
        {"trace", log::Level::Trace}, {"debug", log::Level::Debug},
        {"info", log::Level::Info},   {"warning", log::Level::Warning},
        {"error", log::Level::Error}, {"critical", log::Level::Critical}};
    cli.add_option_function<log::Level>(
           "--log-level", [&level](log::Level given) { level = given; },
           "trace, debug, info, warning, error or critical (default: info)")
        ->transform(CLI::CheckedTransformer(kLevels, CLI::ignore_case).description(""))
        ->type_name("LEVEL");
    cli.add_option("--server-header", options.server_name,
                   "value of the Server field; empty leaves it out")
        ->capture_default_str()
        ->type_name("TEXT");
    cli.add_flag("!--no-date-header", options.date_header, "leave the Date field out");
}

std::expected<std::vector<std::string>, CommandLineExit> parse_alpn(std::string_view list) {
    std::vector<std::string> protocols;
    while (!list.empty()) {
        const std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        if (name != "h2" && name != "http/1.1")
            return std::unexpected(CommandLineExit{
                fmt::format("--alpn-protocols: '{}' is neither h2 nor http/1.1\n", name), 2});
        protocols.emplace_back(name);
    }
    return protocols;
}

std::expected<void, CommandLineExit> set_tls(server::Deployment& deployment, TlsTexts&& texts,
                                             Milliseconds) {
    if (texts.certificate.empty() && texts.key.empty()) {
        if (!deployment.insecure_binds.empty())
            return std::unexpected(
                CommandLineExit{"--insecure-bind stands beside TLS binds: give --certfile and "
                                "--keyfile, or use --bind\n",
                                2});
        return {};
    }
    if (texts.certificate.empty() || texts.key.empty())
        return std::unexpected(CommandLineExit{"TLS needs both --certfile and --keyfile\n", 2});
    net::TlsOptions tls;
    tls.certificate_file = std::move(texts.certificate);
    tls.key_file = std::move(texts.key);
    tls.key_password = std::move(texts.password);
    if (!texts.ciphers.empty()) tls.ciphers = std::move(texts.ciphers);
    if (!texts.suites.empty()) tls.cipher_suites = std::move(texts.suites);
    if (!texts.alpn.empty()) {
        auto protocols = parse_alpn(texts.alpn);
        if (!protocols) return std::unexpected(std::move(protocols).error());
        tls.alpn = std::move(*protocols);
    }
    deployment.tls = std::move(tls);
    return {};
}

void add_development(CLI::App& cli, CommandLine& line) {
    cli.add_flag_callback(
        "--debug", [&line] { line.debug = true; },
        "debug page and debug logs; never in production");
    cli.add_flag_callback(
        "--no-debug", [&line] { line.debug = false; }, "whatever POTTLE_DEBUG says");
    cli.add_flag_callback(
        "--reload", [&line] { line.reload = true; },
        "start anew when program, templates, static files or settings change "
        "(default: as --debug)");
    cli.add_flag_callback("--no-reload", [&line] { line.reload = false; }, "do not");
    cli.add_option("--reload-path", line.reload_paths,
                   "file or folder to watch besides templates, static and *.toml; repeatable")
        ->type_name("PATH")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    cli.add_option_function<std::string>(
           "-e,--env-file", [](const std::string&) {},
           "variables for the environment, read before the "
           "application is made (default: .env, .pottleenv)")
        ->type_name("FILE");
}

/// --host and --port, Flask's words for one bind.
struct HostAndPort {
    std::string host;
    unsigned port = 0;
};

void add_host_and_port(CLI::App& cli, HostAndPort& where) {
    cli.add_option("--host", where.host, "with --port, another way to say --bind")
        ->type_name("HOST");
    cli.add_option("-p,--port", where.port, "see --host")->check(CLI::Range(0, 65535));
}

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

std::expected<CommandLine, CommandLineExit> parse_words(const std::string& program,
                                                        std::vector<std::string> words,
                                                        const std::vector<CommandInfo>& commands,
                                                        bool use_environment) {
    CommandLine line;
    std::vector<std::string> binds;
    HostAndPort where_to;
    TlsTexts tls;
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
    add_own_commands(cli, commands, line);
    for (CLI::App* where : {&cli, run}) {
        // The last of a repeated option wins, as scripts that add to a command line expect.
        where->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        add_listening(*where, line.deployment, binds, tls);
        add_host_and_port(*where, where_to);
        add_timeouts(*where, line.options.timeouts);
        add_limits(*where, line.options);
        add_http2(*where, line.options);
        add_websockets(*where, line.options.websocket);
        add_http3(*where, line.options);
        add_quic(*where, line.options.quic);
        add_logging(*where, line.options, line.log_level);
        add_development(*where, line);
        where
            ->set_config("-c,--config", "",
                         "TOML file of these options: bind = [...], max-body = \"1MiB\"")
            ->type_name("FILE");
        where->allow_config_extras(CLI::config_extras_mode::error);
        where->get_formatter()->column_width(34);
    }
    try {
        std::vector<std::string> reversed(words.rbegin(), words.rend());  // what CLI11 expects
        cli.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        std::ostringstream out, mistakes;
        const int code = cli.exit(error, out, mistakes);
        return std::unexpected(CommandLineExit{out.str() + mistakes.str(), code == 0 ? 0 : 2});
    }
    if (use_environment && line.command == CommandLine::Command::Run) {
        const CLI::App& given = run->parsed() ? *run : cli;
        std::vector<std::string> more = options_of_environment(given);
        if (!more.empty()) {
            words.insert(words.end(), more.begin(), more.end());
            return parse_words(program, std::move(words), commands, false);
        }
    }
    if (routes->parsed()) line.command = CommandLine::Command::Routes;
    if (shell_config->parsed()) line.command = CommandLine::Command::ShellConfig;
    if (check->parsed()) line.command = CommandLine::Command::Check;
    if (!where_to.host.empty() || where_to.port != 0)
        binds.push_back(fmt::format("{}:{}", where_to.host.empty() ? "127.0.0.1" : where_to.host,
                                    where_to.port == 0 ? 8000 : where_to.port));
    if (!binds.empty()) line.deployment.binds = std::move(binds);
    if (auto done = set_tls(line.deployment, std::move(tls), line.options.timeouts.tls_handshake);
        !done)
        return std::unexpected(std::move(done).error());
    return line;
}

}  // namespace

std::expected<CommandLine, CommandLineExit> parse_command_line(
    std::string program, int argc, const char* const* argv,
    const std::vector<CommandInfo>& commands) {
    return parse_words(program, std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                       commands, true);
}

EarlyOptions scan_early_options(int argc, const char* const* argv) {
    EarlyOptions early;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--debug") early.debug = true;
        if (word == "--no-debug") early.debug = false;
        if (word.starts_with("--env-file=")) early.env_file = word.substr(11);
        if ((word == "-e" || word == "--env-file") && i + 1 < argc) early.env_file = argv[i + 1];
    }
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
