// SPDX-License-Identifier: MIT
/// \file
/// LogLines: collects log lines instead of printing them.
#pragma once

#include <pottle/base/log.hpp>

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::net::test {

/// Collects log lines instead of printing them.
struct LogLines {
    LogLines() { log::set_sink(&LogLines::add, this); }
    ~LogLines() { log::set_sink(nullptr, nullptr); }
    static void add(void* self, log::Level level, std::string_view line) {
        auto& lines = *static_cast<LogLines*>(self);
        const std::scoped_lock lock(lines.mutex);
        lines.all.emplace_back(level, line);
    }
    std::mutex mutex;
    std::vector<std::pair<log::Level, std::string>> all;
};

}  // namespace pottle::net::test
