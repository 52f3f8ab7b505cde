// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <doctest/doctest.h>

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
