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

/// Bounds of a form's body. 0: no bound.
struct FormLimits {
    ByteCount memory =
        500'000;               ///< of one field that is no file; beyond: 413 (MAX_FORM_MEMORY_SIZE)
    std::size_t parts = 1000;  ///< fields and files; beyond: 413 (MAX_FORM_PARTS)
    ByteCount spool = 512'000;  ///< a file beyond this goes to a temporary file
};

/// What options change about a route. Values that are not set follow the application's defaults.
struct RouteSettings {
    std::string endpoint;              ///< name for url_for; empty: derived from the pattern
    std::vector<std::string> methods;  ///< instead of the method of the call that adds the route
    bool strict_slashes = true;        ///< false: `/x/` answers `/x` as well, without a redirect
    bool automatic_options = true;
    std::optional<ByteCount>
        body_limit;  ///< instead of MAX_CONTENT_LENGTH or the server's limit; 0: no limit
    std::optional<FormLimits> form_limits;  ///< instead of the application's
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
struct FormLimitsOption {
    FormLimits limits;
    void apply(RouteSettings& settings) const { settings.form_limits = limits; }
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
/// `app.post("/album", album, body_limit(1_GiB), form_limits({.parts = 5000}))`
inline app::FormLimitsOption form_limits(FormLimits limits) {
    return {limits};
}
/// The largest request body of this route; more is 413. 0 means no limit.
inline app::BodyLimitOption body_limit(ByteCount limit) {
    return {limit};
}

}  // namespace pottle
