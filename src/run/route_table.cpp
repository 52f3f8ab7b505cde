// SPDX-License-Identifier: MIT
#include "route_table.hpp"

#include <pottle/base/stable_sort.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle::run_detail {

namespace {

using Row = std::vector<std::string>;

/// Rows with as many cells each; the first is the heading and gets a line of dashes below it.
std::string align(std::vector<Row> rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    Row dashes;
    for (const std::size_t width : widths) dashes.emplace_back(width, '-');
    rows.insert(rows.begin() + 1, std::move(dashes));

    std::string out;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += fmt::format("{:<{}}  ", row[i], widths[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

std::string list_methods(const RouteInfo& route, bool all) {
    std::vector<std::string> methods;
    for (const std::string& method : route.methods)
        if (all || (method != "HEAD" && method != "OPTIONS")) methods.push_back(method);
    std::ranges::sort(methods);
    return fmt::format("{}", fmt::join(methods, ", "));
}

/// The key of `route` in this order; routes of equal keys stay in the order of registration.
std::string sort_key(const RouteInfo& route, RouteOrder order) {
    switch (order) {
        case RouteOrder::Endpoint:
            return route.endpoint;
        case RouteOrder::Methods:
            return list_methods(route, false);
        case RouteOrder::Domain:
            return route.host;
        case RouteOrder::Rule:
            return route.pattern;
        case RouteOrder::Match:
            break;
    }
    return {};
}

void sort_routes(std::vector<RouteInfo>& routes, RouteOrder order) {
    if (order == RouteOrder::Match) return;
    stable_sort(std::span(routes), [order](const RouteInfo& a, const RouteInfo& b) {
        return sort_key(a, order) < sort_key(b, order);
    });
}

}  // namespace

std::string format_routes(std::vector<RouteInfo> routes, const RouteTableOptions& options) {
    if (routes.empty()) return "No routes were registered.\n";
    sort_routes(routes, options.order);
    const bool has_hosts =
        std::ranges::any_of(routes, [](const RouteInfo& route) { return !route.host.empty(); });
    std::vector<Row> rows{{"Endpoint", "Methods"}};
    if (has_hosts) rows[0].emplace_back("Host");
    rows[0].insert(rows[0].end(), {"Rule", "Source"});
    for (const RouteInfo& route : routes) {
        Row& row = rows.emplace_back(Row{route.endpoint, list_methods(route, options.all_methods)});
        if (has_hosts) row.push_back(route.host);
        row.push_back(route.pattern);
        row.push_back(fmt::format("{}:{}", route.where.file, route.where.line));
    }
    return align(std::move(rows));
}

std::string format_config(const Config& config) {
    std::vector<Row> rows{{"Key", "Value", "Source"}};
    for (const Config::Entry& entry : config.entries())
        rows.push_back({entry.key, Config::shown_text(entry.key, entry.value), entry.source});
    return align(std::move(rows));
}

}  // namespace pottle::run_detail
