// SPDX-License-Identifier: MIT
/// \file
/// Route options: what a decorator is in Python stands behind the handler here,
/// `app.post("/login", login, endpoint("login"), body_limit(4_KiB))`.
#pragma once

#include <pottle/app/url_for.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/http/method.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// Bounds of a form's body; beyond them: 413. 0: no bound.
struct FormLimits {
    /// Of one field that is no file; of the whole body when it is urlencoded, as in Werkzeug.
    ByteCount memory = 500'000;  ///< MAX_FORM_MEMORY_SIZE
    std::size_t parts = 1000;    ///< fields and files (MAX_FORM_PARTS)
    ByteCount spool = 512'000;   ///< a file beyond this goes to a temporary file; no 413
    ByteCount total = 16_MiB;    ///< all fields of a multipart form together (MAX_FORM_SIZE)
};

/// What options change about a route. Values that are not set follow the application's defaults.
struct RouteSettings {
    std::string endpoint;              ///< name for url_for; empty: derived from the pattern
    std::vector<std::string> methods;  ///< instead of the method of the call that adds the route
    bool strict_slashes = true;        ///< false: `/x/` answers `/x` as well, without a redirect
    bool automatic_options = true;
    bool merge_slashes = true;
    std::string host{};          ///< pattern of the host, where the App has host_matching
    std::string subdomain{};     ///< pattern of what stands before SERVER_NAME
    UrlValues defaults{};        ///< values of parameters that the pattern lacks
    bool build_only = false;     ///< for url_for alone, never matched
    const void* view = nullptr;  ///< routes of one view share it, and their endpoint
    bool alias = false;          ///< redirected to the endpoint's other route
    std::string redirect_to{};   ///< where a match is sent instead: "/new/<id>"
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
struct MergeSlashesOption {
    bool merge;
    void apply(RouteSettings& settings) const { settings.merge_slashes = merge; }
};
struct HostOption {
    std::string pattern;
    void apply(RouteSettings& settings) const;
};
struct SubdomainOption {
    std::string pattern;
    void apply(RouteSettings& settings) const;
};
struct DefaultsOption {
    UrlValues values;
    void apply(RouteSettings& settings) const;
};
struct AliasOption {
    void apply(RouteSettings& settings) const { settings.alias = true; }
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
/// `merge_slashes(false)`: "//x" is not redirected to "/x".
inline app::MergeSlashesOption merge_slashes(bool merge) {
    return {merge};
}
/// Answers only where the Host field is this: `host("<user>.example.org")`. Needs an App with
/// host_matching. What its parameters hold: Request::view_arg().
inline app::HostOption host(std::string pattern) {
    return {std::move(pattern)};
}
/// Answers only below SERVER_NAME: `subdomain("api")`, `subdomain("<user>")`.
inline app::SubdomainOption subdomain(std::string pattern) {
    return {std::move(pattern)};
}
/// Values for parameters of the handler that the pattern does not have, behind those it has:
/// `app.get(runtime("/page/"), show_page, defaults({{"page", 1}}), endpoint("page"))` beside
/// `app.get("/page/<int:page>", show_page, endpoint("page"))`, whose "/page/1" is redirected.
inline app::DefaultsOption defaults(UrlValues values) {
    return {std::move(values)};
}
/// A second way to an endpoint: redirected to the first.
inline app::AliasOption alias() {
    return {};
}
/// The largest request body of this route; more is 413. 0 means no limit.
inline app::BodyLimitOption body_limit(ByteCount limit) {
    return {limit};
}

}  // namespace pottle
