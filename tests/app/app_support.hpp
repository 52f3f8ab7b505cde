// SPDX-License-Identifier: MIT
/// \file
/// What several tests of applications share.
#pragma once

#include <pottle/base/log.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// Collects log lines for as long as it lives.
class LogCapture {
public:
    LogCapture() { log::set_sink(&LogCapture::write, this); }
    ~LogCapture() { log::set_sink(nullptr, nullptr); }
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;

    bool contains(std::string_view part) const {
        for (const std::string& line : lines)
            if (line.find(part) != line.npos) return true;
        return false;
    }

    std::vector<std::string> lines;

private:
    static void write(void* self, log::Level, std::string_view message) {
        static_cast<LogCapture*>(self)->lines.emplace_back(message);
    }
};

using Trace = std::vector<std::string>;

/// The sentence with which `action` throws an Error; empty when it does not.
template <class Error>
std::string sentence_of(auto&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace pottle
