// SPDX-License-Identifier: MIT
/// \file
/// Route options: what a decorator is in Python stands behind the handler here,
/// `app.post("/login", login, endpoint("login"), body_limit(4_KiB))`.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/http/method.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// What options change about a route. Values that are not set follow the application's defaults.
struct RouteSettings {
    std::string endpoint;              ///< name for url_for; empty: derived from the pattern
    std::vector<std::string> methods;  ///< instead of the method of the call that adds the route
    bool strict_slashes = true;        ///< false: `/x/` answers `/x` as well, without a redirect
    bool automatic_options = true;
    std::optional<ByteCount>
        body_limit;  ///< instead of the server's (h1::Limits::body); 0: no limit
};

/// An option is any type with `void apply(RouteSettings&) const`.
template <class O>
concept RouteOption =
    requires(const O& option, RouteSettings& settings) { option.apply(settings); };

namespace app {
struct EndpointOption {
    std::string name;
    void apply(RouteSettings& settings) const;
};
struct MethodsOption {
    std::vector<std::string> names;
    void apply(RouteSettings& settings) const;
};
struct StrictSlashesOption {
    bool strict;
    void apply(RouteSettings& settings) const { settings.strict_slashes = strict; }
};
struct AutomaticOptionsOption {
    bool provide;
    void apply(RouteSettings& settings) const { settings.automatic_options = provide; }
};
struct BodyLimitOption {
    ByteCount limit;
    void apply(RouteSettings& settings) const { settings.body_limit = limit; }
};
}  // namespace app

/// Names the route. In a blueprint the name is prefixed with the blueprint's: "todos.index".
inline app::EndpointOption endpoint(std::string name) {
    return {std::move(name)};
}
/// The methods that the route answers: `app.route("/form", handler, methods("GET", "POST"))`.
template <std::convertible_to<std::string>... Name>
app::MethodsOption methods(Name... name) {
    return {{std::string(name)...}};
}
/// `strict_slashes(false)` lets `/x/` and `/x` be the same.
inline app::StrictSlashesOption strict_slashes(bool strict) {
    return {strict};
}
/// `automatic_options(false)`: OPTIONS is answered 405 unless the route lists it.
inline app::AutomaticOptionsOption automatic_options(bool provide) {
    return {provide};
}
/// The largest request body of this route; more is 413. 0 means no limit.
inline app::BodyLimitOption body_limit(ByteCount limit) {
    return {limit};
}

}  // namespace pottle
