// SPDX-License-Identifier: MIT
#include "route_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pottle::run_detail {

namespace {

constexpr std::size_t kColumns = 5;
using Row = std::array<std::string, kColumns>;

Row row_of(const RouteInfo& route) {
    return {fmt::format("{}", fmt::join(route.methods, ", ")), route.pattern,
            fmt::format("{}", fmt::join(route.parameters, ", ")), route.endpoint,
            fmt::format("{}:{}", route.where.file, route.where.line)};
}

}  // namespace

std::string format_routes(const std::vector<RouteInfo>& routes) {
    std::vector<Row> rows{{"METHODS", "PATTERN", "PARAMETERS", "ENDPOINT", "SOURCE"}};
    for (const RouteInfo& route : routes) rows.push_back(row_of(route));
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());

    std::string out;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < kColumns; ++i)
            line += fmt::format("{:<{}}  ", row[i], widths[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

}  // namespace pottle::run_detail
