// SPDX-License-Identifier: MIT
#include <pottle/base/log.hpp>

#include <csignal>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace pottle;

TEST_CASE("log: a line below the level reaches no sink") {
    std::vector<std::string> lines;
    log::set_sink(
        [](void* to, log::Level, std::string_view line) {
            static_cast<std::vector<std::string>*>(to)->emplace_back(line);
        },
        &lines);
    log::write(log::Level::Debug, "quiet");
    log::warning("loud");
    log::set_sink(nullptr, nullptr);
    CHECK(lines == std::vector<std::string>{"loud"});
}

TEST_CASE("log: a record's logger and request stand in the line, as text or JSON (LOG-1)") {
    std::vector<std::string> lines;
    log::set_sink(
        [](void* to, log::Level, std::string_view line) {
            static_cast<std::vector<std::string>*>(to)->emplace_back(line);
        },
        &lines);
    const log::Record record{.level = log::Level::Info,
                             .message = "stock \"low\"\n",
                             .logger = "shop",
                             .request_id = "7"};
    log::write(record);
    log::set_format(log::Format::Json);
    log::write(record);
    log::write({.message = "plain"});
    log::set_format(log::Format::Text);
    log::set_sink(nullptr, nullptr);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "shop: stock \"low\"\n (request 7)");
    CHECK(lines[1] == R"("logger":"shop","request_id":"7","message":"stock \"low\"\u000a")");
    CHECK(lines[2] == R"("message":"plain")");
}

TEST_CASE("log: levels are known by name in any case") {
    CHECK(log::level_named("Warning") == log::Level::Warning);
    CHECK(log::level_named("critical") == log::Level::Critical);
    CHECK_FALSE(log::level_named("loud"));
}

TEST_CASE("log: the writer's thread takes no signal from a thread that waits for it") {
    sigset_t waited, before;
    ::sigemptyset(&waited);
    ::sigaddset(&waited, SIGUSR1);
    log::info("starts the writer");
    log::flush();
    ::pthread_sigmask(SIG_BLOCK, &waited, &before);
    ::kill(::getpid(), SIGUSR1);  // would end the process
    int taken = 0;
    ::sigwait(&waited, &taken);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK(taken == SIGUSR1);
}
