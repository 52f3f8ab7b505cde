// SPDX-License-Identifier: MIT
#include <pottle/app/route_option.hpp>

namespace pottle::app {

void EndpointOption::apply(RouteSettings& settings) const {
    settings.endpoint = name;
}

void HostOption::apply(RouteSettings& settings) const {
    settings.host = pattern;
}
void SubdomainOption::apply(RouteSettings& settings) const {
    settings.subdomain = pattern;
}
void DefaultsOption::apply(RouteSettings& settings) const {
    settings.defaults = values;
}
void MethodsOption::apply(RouteSettings& settings) const {
    settings.methods = names;
}

}  // namespace pottle::app
