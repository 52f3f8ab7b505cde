// SPDX-License-Identifier: MIT
/// \file
/// Options of the command line whose values are durations, sizes and counts. A flag that switches
/// something off is named --no-... and stands for a true default.
#pragma once

#include <pottle/base/units.hpp>

#include <limits>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace pottle::run_detail {

inline std::string show(Milliseconds duration) {
    return duration.count() % 1000 == 0 ? fmt::format("{}s", duration.count() / 1000)
                                        : fmt::format("{}ms", duration.count());
}

inline std::string show_size(ByteCount size) {
    if (size >= 1_MiB && size % 1_MiB == 0) return fmt::format("{}MiB", size / 1_MiB);
    if (size >= 1_KiB && size % 1_KiB == 0) return fmt::format("{}KiB", size / 1_KiB);
    return fmt::format("{}", size);
}

inline void add_duration(CLI::App& cli, const char* name, Milliseconds& value, const char* help) {
    cli.add_option_function<std::string>(
           name,
           [&value, name](const std::string& text) {
               const auto parsed = parse_duration(text);
               if (!parsed)
                   throw CLI::ValidationError(
                       name, fmt::format("'{}' is not a duration such as 30s, 500ms or 5m", text));
               value = *parsed;
           },
           help)
        ->type_name("DURATION")
        ->default_str(show(value));
}

template <class Size>
void add_size(CLI::App& cli, const char* name, Size& value, const char* help) {
    cli.add_option_function<std::string>(
           name,
           [&value, name](const std::string& text) {
               const auto parsed = parse_size(text);
               if (!parsed || *parsed > std::numeric_limits<Size>::max())
                   throw CLI::ValidationError(
                       name, fmt::format("'{}' is not a size such as 4096, 64KiB or 16MiB", text));
               value = static_cast<Size>(*parsed);
           },
           help)
        ->type_name("SIZE")
        ->default_str(show_size(value));
}

template <class Count>
void add_count(CLI::App& cli, const char* name, Count& value, const char* help) {
    cli.add_option(name, value, help)->capture_default_str();
}

}  // namespace pottle::run_detail
