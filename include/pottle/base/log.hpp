// SPDX-License-Identifier: MIT
/// \file
/// The logging front: a level, a logger's name and a finished line. Formatting is the caller's
/// (fmt, in sources); writing is spdlog's, on a thread of its own, so that a slow disk or terminal
/// never stops a loop.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::log {

enum class Level : std::uint8_t { Trace, Debug, Info, Warning, Error, Critical, Off };

/// Name of the logger for server and application messages.
inline constexpr std::string_view kErrorLogger = "pottle.error";

/// Writes one line to the error log (standard error unless configured otherwise).
///
/// Thread: any. Never blocks on the output: when the writer's queue (8,192 lines) is full the
/// oldest line is dropped.
void write(Level level, std::string_view message);

/// A line with what belongs to it. Views that need only live for the call.
struct Record {
    Level level = Level::Info;
    std::string_view message;
    std::string_view logger = {};      ///< who speaks; empty: the server
    std::string_view request_id = {};  ///< of the request it is about
};
void write(const Record& record);

inline void info(std::string_view message) {
    write(Level::Info, message);
}
inline void warning(std::string_view message) {
    write(Level::Warning, message);
}
inline void error(std::string_view message) {
    write(Level::Error, message);
}

/// Lines below this level are dropped. Default: Info.
void set_level(Level level);
Level level() noexcept;

/// "trace", "debug", "info", "warning", "error", "critical", in any case.
std::optional<Level> level_named(std::string_view name) noexcept;

/// How lines look: text, or one JSON object each, with time, pid, level, message and, where there
/// are any, logger and request_id.
enum class Format : std::uint8_t { Text, Json };
void set_format(Format format);

/// Sends every line to `sink` instead, on the calling thread; nullptr restores the default. For
/// tests.
using Sink = void (*)(void* context, Level level, std::string_view message);
void set_sink(Sink sink, void* context);

/// Waits until what was written has reached its output. For the end of `main` and for tests.
void flush();

}  // namespace pottle::log
