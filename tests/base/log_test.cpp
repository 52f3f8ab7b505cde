// SPDX-License-Identifier: MIT
#include <pottle/base/log.hpp>

#include <vector>

#include <doctest/doctest.h>

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
