// SPDX-License-Identifier: MIT
/// \file
/// UrlMap: the way back from an endpoint and values to a URL.
#pragma once

#include "scaffold_core.hpp"

#include <pottle/app/url_for.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

class Router;

/// What url_for() takes for granted outside of a request.
struct UrlRoots {
    std::string server_name{};  ///< SERVER_NAME; empty: only relative URLs
    std::string scheme = "http";
    std::string root{};  ///< APPLICATION_ROOT without a slash at its end
};

/// UF-9: may answer for an endpoint that has no URL.
struct UrlErrorHook {
    Callee callee;
    using Enter = std::optional<std::string> (*)(void* closure, const UrlBuildError&,
                                                 std::string_view endpoint, const UrlValues&);
};

/// The part of a URL that a route decides.
struct BuiltUrl {
    const RouteRecord* record = nullptr;
    std::string domain;  ///< subdomain or host, empty where hosts do not matter
    std::string path;    ///< with the query
};

/// A resource; const after freezing. Views into the records it is made of.
class UrlMap {
public:
    /// Sorts the routes by endpoint, and those of one endpoint by how much they take.
    void fill(const std::vector<std::unique_ptr<RouteRecord>>& records, const Router& router);

    /// UF-6: the first route of `endpoint` that takes these values and this method. `method`:
    /// empty for any; `preferred`: tried first when `method` is empty.
    /// Returns: or a sentence that says what does not fit.
    std::expected<BuiltUrl, std::string> build(std::string_view endpoint, const UrlValues& values,
                                               std::string_view method,
                                               std::string_view preferred) const;

    /// The pipeline of the endpoint's blueprint, for its url_defaults; nullptr when unknown.
    const Pipeline* find_pipeline(std::string_view endpoint) const noexcept;

    /// RT-30: the route to which a match of `record` is redirected, because its defaults say what
    /// the values do; or nullptr.
    const RouteRecord* find_canonical(const RouteRecord& record, const UrlValues& values) const;

    /// One route with values; empty when a value does not suit its converter.
    std::optional<BuiltUrl> build_route(const RouteRecord& record, const UrlValues& values) const;

private:
    struct Group {
        std::string_view endpoint;
        std::vector<const RouteRecord*> records;
    };
    const Group* find_group(std::string_view endpoint) const noexcept;
    static bool suits(const RouteRecord& record, const UrlValues& values, std::string_view method);
    std::optional<BuiltUrl> build_first(const Group& group, const UrlValues& values,
                                        std::string_view method) const;
    std::string explain(std::string_view endpoint, const Group* group, const UrlValues& values,
                        std::string_view method) const;

    const Router* router_ = nullptr;
    std::vector<Group> groups_;  // sorted by endpoint
};

}  // namespace pottle::app
