// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace pottle;
using namespace pottle::run_detail;

namespace {
auto parse(std::initializer_list<const char*> arguments) {
    std::vector<const char*> argv{"shop"};
    argv.insert(argv.end(), arguments);
    return parse_command_line("shop", static_cast<int>(argv.size()), argv.data());
}
}  // namespace

TEST_CASE("command line: without arguments it runs at 127.0.0.1:8000") {
    const auto line = parse({});
    REQUIRE(line);
    CHECK(line->command == CommandLine::Command::Run);
    CHECK(line->deployment.binds == std::vector<std::string>{"127.0.0.1:8000"});
    CHECK_FALSE(line->deployment.tls);
}

TEST_CASE("command line: options stand before or after the command") {
    for (const auto& line : {parse({"run", "-b", "a:1", "--bind", "b:2", "--threads", "3"}),
                             parse({"-b", "a:1", "-b", "b:2", "-t", "3"})}) {
        REQUIRE(line);
        CHECK(line->deployment.binds == std::vector<std::string>{"a:1", "b:2"});
        CHECK(line->deployment.threads == 3);
    }
}

TEST_CASE("command line: durations and sizes have units") {
    const auto line = parse({"--keep-alive", "5m", "--header-timeout", "500ms", "--max-body",
                             "2GiB", "--max-head", "32k"});
    REQUIRE(line);
    CHECK(line->options.timeouts.idle == Milliseconds(300'000));
    CHECK(line->options.timeouts.header == Milliseconds(500));
    CHECK(line->options.h1.body == 2_GiB);
    CHECK(line->options.h1.head == 32_KiB);
}

TEST_CASE("command line: the last of a repeated option wins") {
    const auto line =
        parse({"--threads", "1", "--threads", "2", "--keep-alive", "1s", "--keep-alive", "2s"});
    REQUIRE(line);
    CHECK(line->deployment.threads == 2);
    CHECK(line->options.timeouts.idle == Milliseconds(2000));
}

TEST_CASE("command line: certificate and key together turn binds into TLS") {
    const auto line = parse(
        {"--certfile", "c.pem", "--keyfile", "k.pem", "-b", ":8443", "--insecure-bind", ":8080"});
    REQUIRE(line);
    REQUIRE(line->deployment.tls);
    CHECK(line->deployment.tls->certificate_file == "c.pem");
    CHECK(line->deployment.insecure_binds == std::vector<std::string>{":8080"});
}

TEST_CASE("command line: a mistake is named and ends with code 2") {
    const auto text_of = [](std::initializer_list<const char*> arguments) {
        const auto line = parse(arguments);
        REQUIRE_FALSE(line);
        CHECK(line.error().code == 2);
        return line.error().text;
    };
    CHECK(text_of({"--certfile", "c.pem"}).find("both --certfile and --keyfile") !=
          std::string::npos);
    CHECK(text_of({"--insecure-bind", ":1"}).find("--insecure-bind") != std::string::npos);
    CHECK(text_of({"--keep-alive", "soon"}).find("'soon' is not a duration") != std::string::npos);
    CHECK(text_of({"--h2-max-header-list", "5GiB"}).find("is not a size") != std::string::npos);
    CHECK(text_of({"--max-body", "lots"}).find("'lots' is not a size") != std::string::npos);
    CHECK(text_of({"--no-such-option"}).find("--no-such-option") != std::string::npos);
    CHECK(text_of({"--max-fields", "1000"}).find("1000") != std::string::npos);
    CHECK(text_of({"--threads", "-1"}).find("--threads") != std::string::npos);
    CHECK(text_of({"--blocking-threads", "-1"}).find("--blocking-threads") != std::string::npos);
}

TEST_CASE("command line: help and version are no mistakes") {
    const auto help = parse({"--help"});
    REQUIRE_FALSE(help);
    CHECK(help.error().code == 0);
    CHECK(help.error().text.find("--bind") != std::string::npos);
    CHECK(parse({"--version"}).error().text == "pottle 0.1.0\n");
    CHECK(parse({"routes"})->command == CommandLine::Command::Routes);
}

TEST_CASE("command line: --host and --port are another way to say --bind (CLI-2)") {
    CHECK(parse({"--host", "::", "-p", "9000"})->deployment.binds ==
          std::vector<std::string>{":::9000"});
    CHECK(parse({"--port", "9000"})->deployment.binds ==
          std::vector<std::string>{"127.0.0.1:9000"});
}

TEST_CASE("command line: debug and reload are switched on and off (CLI-1, CLI-2)") {
    CHECK_FALSE(parse({})->debug);
    CHECK(parse({"--debug"})->debug == true);
    CHECK(parse({"run", "--debug", "--no-debug"})->debug == false);
    CHECK(parse({"--no-reload"})->reload == false);
    CHECK(parse({"--reload", "--reload-path", "a", "--reload-path", "b"})->reload_paths ==
          std::vector<std::string>{"a", "b"});
}

TEST_CASE("command line: the other commands, and routes' options (CLI-3)") {
    CHECK(parse({"shell-config"})->command == CommandLine::Command::ShellConfig);
    CHECK(parse({"check"})->command == CommandLine::Command::Check);
    const auto line = parse({"routes", "-s", "rule", "--all-methods"});
    REQUIRE(line);
    CHECK(line->command == CommandLine::Command::Routes);
    CHECK(line->routes.order == RouteOrder::Rule);
    CHECK(line->routes.all_methods);
    CHECK(parse({"routes", "--sort", "size"}).error().code == 2);
}

TEST_CASE("command line: own commands take what stands behind them (CLI-5, BP-12)") {
    const std::vector<CommandInfo> commands{{"seed", "fills"}, {"todos clean", "empties"}};
    const auto parse_own = [&](std::vector<const char*> argv) {
        argv.insert(argv.begin(), "shop");
        return parse_command_line("shop", static_cast<int>(argv.size()), argv.data(), commands);
    };
    const auto seed = parse_own({"seed", "shoes", "--count", "20"});
    REQUIRE(seed);
    CHECK(seed->command == CommandLine::Command::Own);
    CHECK(seed->own_command == "seed");
    CHECK(seed->own_arguments == std::vector<std::string>{"shoes", "--count", "20"});
    CHECK(parse_own({"todos", "clean"})->own_command == "todos clean");
    CHECK(parse_own({"todos"}).error().code == 2);
    CHECK(parse_own({"--help"}).error().text.find("fills") != std::string::npos);
}

TEST_CASE("command line: options come from the environment unless they are given (CLI-6)") {
    ::setenv("POTTLE_RUN_MAX_BODY", "2MiB", 1);
    ::setenv("POTTLE_RUN_BIND", "127.0.0.1:9001", 1);
    const auto line = parse({});
    const auto given = parse({"--max-body", "1MiB", "-b", "127.0.0.1:9002"});
    ::unsetenv("POTTLE_RUN_MAX_BODY");
    ::unsetenv("POTTLE_RUN_BIND");
    CHECK(line->options.h1.body == 2_MiB);
    CHECK(line->deployment.binds == std::vector<std::string>{"127.0.0.1:9001"});
    CHECK(given->options.h1.body == 1_MiB);
    CHECK(given->deployment.binds == std::vector<std::string>{"127.0.0.1:9002"});
}

TEST_CASE("command line: options come from a file; a key it does not know is named") {
    const std::string path = "/tmp/pottle_options_" + std::to_string(::getpid()) + ".toml";
    std::ofstream(path) << "bind = [\"127.0.0.1:9003\"]\nmax-body = \"3MiB\"\n";
    const auto line = parse({"--config", path.c_str()});
    std::ofstream(path) << "max-bodies = 3\n";
    const auto mistaken = parse({"--config", path.c_str()});
    ::unlink(path.c_str());
    REQUIRE(line);
    CHECK(line->deployment.binds == std::vector<std::string>{"127.0.0.1:9003"});
    CHECK(line->options.h1.body == 3_MiB);
    REQUIRE_FALSE(mistaken);
    CHECK(mistaken.error().text.find("max-bodies") != std::string::npos);
}

TEST_CASE("command line: what must be known early is found anywhere (CLI-6)") {
    const char* const argv[] = {"shop", "run", "--debug", "-e", "x.env"};
    const EarlyOptions early = scan_early_options(5, argv);
    CHECK(early.debug == true);
    CHECK(early.env_file == "x.env");
}

TEST_CASE("command line: --debug is found early wherever it is the program's own (CLI-2, CLI-5)") {
    const auto debug_of = [](std::initializer_list<const char*> words) {
        std::vector<const char*> argv{"shop"};
        argv.insert(argv.end(), words);
        return scan_early_options(static_cast<int>(argv.size()), argv.data()).debug;
    };
    CHECK(debug_of({"--debug", "seed"}) == true);
    CHECK(debug_of({"--bind", "a:1", "--no-debug"}) == false);
    CHECK(debug_of({"seed", "--debug"}) == std::nullopt);
    ::setenv("POTTLE_RUN_DEBUG", "1", 1);
    CHECK(debug_of({}) == true);
    CHECK(debug_of({"run"}) == true);
    CHECK(debug_of({"seed"}) == std::nullopt);
    ::unsetenv("POTTLE_RUN_DEBUG");
}

TEST_CASE("command line: a reloaded child gets neither binds nor --reload (APP-15)") {
    const char* const argv[] = {"shop", "--reload", "--bind", "a:1",  "--bind=b:2",
                                "-t",   "2",        "--port", "9000", "--debug"};
    CHECK(strip_for_child(10, argv) == std::vector<std::string>{"-t", "2", "--debug"});
}

TEST_CASE(
    "command line: HTTP/3, QUIC and websockets have options, and variables for them (CLI-6)") {
    ::setenv("POTTLE_RUN_NO_QUIC_GSO", "1", 1);
    ::setenv("POTTLE_RUN_H3_MAX_FIELDS", "5", 1);
    const auto line = parse({"run", "--quic-max-unacknowledged", "1MiB", "--no-quic-ecn",
                             "--quic-max-datagram", "1300", "--h3-max-header-list", "8KiB",
                             "--websocket-queue-size", "64KiB", "--websocket-deflate-level", "1",
                             "--websocket-server-takeover", "--websocket-shutdown-code", "1001",
                             "--linger-timeout", "1s", "--max-trailers", "1KiB"});
    ::unsetenv("POTTLE_RUN_NO_QUIC_GSO");
    ::unsetenv("POTTLE_RUN_H3_MAX_FIELDS");
    REQUIRE(line);
    const server::Options& options = line->options;
    CHECK_FALSE(options.quic.segmentation_offload);
    CHECK(options.quic.receive_offload);
    CHECK_FALSE(options.quic.ecn);
    CHECK(options.quic.max_unacknowledged == 1_MiB);
    CHECK(options.quic.max_datagram == 1300);
    CHECK(options.h3.fields == 5);
    CHECK(options.h3.field_section == 8 * 1024);
    CHECK(options.websocket.queue_bytes == 64_KiB);
    CHECK(options.websocket.deflate.level == 1);
    CHECK(options.websocket.deflate.server_context_takeover);
    CHECK(options.websocket.shutdown_code == 1001);
    CHECK(options.timeouts.linger == Milliseconds{1000});
    CHECK(options.h1.trailers == 1_KiB);
}

TEST_CASE("command line: every limit of HTTP/2 has its option") {
    const auto line = parse({"--h2-max-header-list", "32KiB", "--h2-stream-window", "2MiB",
                             "--h2-largest-window", "0", "--h2-reset-burst", "7",
                             "--h2-control-burst", "9", "--connection-high-water", "1MiB"});
    REQUIRE(line);
    CHECK(line->options.h2.header_list == 32 * 1024);
    CHECK(line->options.h2.stream_window == 2 * 1024 * 1024);
    CHECK(line->options.h2.largest_window == 0);
    CHECK(line->options.h2.reset_burst == 7);
    CHECK(line->options.h2.control_burst == 9);
    CHECK(line->options.connection_high_water == 1_MiB);
}
