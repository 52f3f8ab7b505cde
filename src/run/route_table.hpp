// SPDX-License-Identifier: MIT
/// \file
/// The table that `program routes` prints.
#pragma once

#include <pottle/app/app.hpp>

#include <string>
#include <vector>

namespace pottle::run_detail {

/// Methods, pattern, parameters, endpoint and source line of each route, in aligned columns, in the
/// order of registration.
std::string format_routes(const std::vector<RouteInfo>& routes);

}  // namespace pottle::run_detail
