// SPDX-License-Identifier: MIT
/// \file
/// The table that `program routes` prints.
#pragma once

#include <pottle/app/app.hpp>

#include <string>
#include <vector>

namespace pottle::run_detail {

/// CLI-3. Match: the order of registration.
enum class RouteOrder : std::uint8_t { Endpoint, Methods, Domain, Rule, Match };

struct RouteTableOptions {
    RouteOrder order = RouteOrder::Endpoint;
    bool all_methods = false;  ///< HEAD and OPTIONS as well
};

/// Endpoint, methods, host (where there is one), rule and source line of each route, in aligned
/// columns.
std::string format_routes(std::vector<RouteInfo> routes, const RouteTableOptions& options);

/// Key, value and source of each setting; secrets are not shown.
std::string format_config(const Config& config);

}  // namespace pottle::run_detail
