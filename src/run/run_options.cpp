// SPDX-License-Identifier: MIT
#include "run_options.hpp"

#include "option_kinds.hpp"
#include "protocol_options.hpp"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace pottle::run_detail {

namespace {

/// Of either kind; a guard against a slip of the finger, far above what any machine can use.
constexpr std::size_t kMaxThreads = 4096;

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

std::expected<void, CommandLineExit> set_tls(server::Deployment& deployment, TlsTexts&& texts) {
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

void add_host_and_port(CLI::App& cli, HostAndPort& where) {
    cli.add_option("--host", where.host, "with --port, another way to say --bind")
        ->type_name("HOST");
    cli.add_option("-p,--port", where.port, "see --host")->check(CLI::Range(0, 65535));
}

void set_binds(server::Deployment& deployment, Given& given) {
    const HostAndPort& where = given.where;
    if (!where.host.empty() || where.port != 0)
        given.binds.push_back(fmt::format("{}:{}", where.host.empty() ? "127.0.0.1" : where.host,
                                          where.port == 0 ? 8000 : where.port));
    if (!given.binds.empty()) deployment.binds = std::move(given.binds);
}

}  // namespace

void add_run_options(CLI::App& cli, CommandLine& line, Given& given) {
    // The last of a repeated option wins, as scripts that add to a command line expect.
    cli.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_listening(cli, line.deployment, given.binds, given.tls);
    add_host_and_port(cli, given.where);
    add_timeouts(cli, line.options.timeouts);
    add_limits(cli, line.options);
    add_http2(cli, line.options);
    add_websockets(cli, line.options.websocket);
    add_http3(cli, line.options);
    add_quic(cli, line.options.quic);
    add_logging(cli, line.options, line.log_level);
    add_development(cli, line);
    cli.set_config("-c,--config", "",
                   "TOML file of these options: bind = [...], max-body = \"1MiB\"")
        ->type_name("FILE");
    cli.allow_config_extras(CLI::config_extras_mode::error);
    cli.get_formatter()->column_width(34);
}

std::expected<void, CommandLineExit> finish(CommandLine& line, Given&& given) {
    set_binds(line.deployment, given);
    return set_tls(line.deployment, std::move(given.tls));
}

}  // namespace pottle::run_detail
