// SPDX-License-Identifier: MIT
#include <pottle/app/route_option.hpp>

namespace pottle::app {

void EndpointOption::apply(RouteSettings& settings) const {
    settings.endpoint = name;
}

void MethodsOption::apply(RouteSettings& settings) const {
    settings.methods = names;
}

}  // namespace pottle::app
