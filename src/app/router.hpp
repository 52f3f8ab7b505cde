// SPDX-License-Identifier: MIT
/// \file
/// Router: from method and path to a route, or to the answer that there is none. Knows routes by
/// number only; what a route does is the application's. How the matching goes: route_trie.hpp.
#pragma once

#include "method_set.hpp"
#include "route_trie.hpp"

#include <pottle/app/pattern_parser.hpp>
#include <pottle/base/source_line.hpp>

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

struct RouteOptions {
    /// For a pattern that ends with a slash: the path without it is redirected (true) or served.
    /// For one that does not: the path with it is not found (true) or served.
    bool strict_slashes = true;
    /// A path that matches once runs of slashes are merged is redirected there.
    bool merge_slashes = true;
    /// OPTIONS is answered by the router unless the route lists it.
    bool automatic_options = true;
    RouteKind kind = RouteKind::Http;
    bool build_only = false;  ///< never matched
    /// Pattern of the domain part (HostMode); empty: no subdomain, or any host.
    std::string host{};
};

/// What routes may ask of the host of a request.
enum class HostMode : std::uint8_t {
    Ignored,    ///< nothing: every route answers every host
    Subdomain,  ///< RT-41: what stands before SERVER_NAME; other hosts have no routes
    Host        ///< RT-40: all of it
};

/// A parsed piece of a pattern, kept for url_for and for listings.
struct RoutePiece {
    bool is_parameter = false;
    std::string text;  ///< static text, or the parameter's name
    Converter converter = Converter::String;
    ConverterOptions options;
    std::vector<std::string> items;  ///< of any(...)
};

/// A registered route.
struct Route {
    std::string pattern;
    MethodSet methods;  ///< with HEAD and automatic OPTIONS
    RouteOptions options;
    SourceLine where;
    std::vector<RoutePiece> pieces;
    std::vector<RoutePiece> host_pieces;
    std::vector<ConverterOptions> checks;  ///< per parameter; empty when none has bounds
};

/// The path values of a match: views into the path that was matched.
class Captures {
public:
    std::size_t size() const noexcept { return size_; }
    std::string_view operator[](std::size_t index) const noexcept { return values_[index].view(); }

private:
    friend class Router;
    Capture values_[kMaxPathValues];  // not initialised: only the first size_ are read
    std::size_t size_ = 0;
};

/// What is asked of the router.
struct RouteQuery {
    std::string_view path;  ///< decoded (url_path.hpp)
    Method method = Method::Get;
    std::string_view method_text = {};  ///< only read when method is Other
    RouteKind kind = RouteKind::Http;
};

/// What the router answers.
struct RouteMatch {
    enum class Kind : std::uint8_t {
        Found,             ///< `route` and the captures
        AutomaticOptions,  ///< `route`, and `allow` for the Allow field
        Redirect,          ///< 308 to `location`
        NotFound,          ///< 404
        MethodNotAllowed,  ///< 405 with `allow`
        WrongKind,         ///< 400: only a WebSocket has a route here, or only HTTP has
    };

    Kind kind = Kind::NotFound;
    RouteIndex route = 0;
    MethodSet allow;
    std::string location;       ///< a percent-encoded path, without scheme, host, prefix and query
    bool foreign_host = false;  ///< HostMode::Subdomain: the host is not below SERVER_NAME
};

/// The table of an application's routes. A resource: filled, frozen, then const and used from every
/// loop.
class Router {
public:
    Router() { tables_.emplace_back(); }

    /// Before the first add(). `server_name`: of HostMode::Subdomain.
    void use_hosts(HostMode mode, std::string server_name);
    bool uses_hosts() const noexcept { return mode_ != HostMode::Ignored; }

    /// Adds a route.
    ///
    /// Returns: its number, counted from 0; or a sentence that says what is wrong: a mistake in the
    /// pattern, a method that is no token, or an earlier route of the same pattern and method, with
    /// both source lines (RT-4).
    std::expected<RouteIndex, std::string> add(std::string_view pattern,
                                               std::span<const std::string_view> methods,
                                               RouteOptions options, SourceLine where);

    /// Ends the adding. Call once.
    void freeze();

    /// Finds the route for a request (RT-10 to RT-22, RT-33). Allocates only for redirects.
    ///
    /// Lifetime: captures are views into `query.path`.
    /// Thread: any, after freeze().
    RouteMatch match(const RouteQuery& query, Captures& captures) const {
        return match_in(tables_.front().trie, query, captures);
    }
    /// The same among the routes of that host (RT-40, RT-41). `authority`: the Host field.
    RouteMatch match_host(const RouteQuery& query, std::string_view authority, bool is_secure,
                          Captures& captures) const;
    /// The part of the host that routes are about, in lower case, without the scheme's default
    /// port; empty optional for a foreign host.
    std::optional<std::string> domain_of(std::string_view authority, bool is_secure) const;
    /// Text of a parameter of the route's host pattern.
    std::optional<std::string> host_value(RouteIndex index, std::string_view domain,
                                          std::string_view name) const;

    HostMode host_mode() const noexcept { return mode_; }
    const std::string& server_name() const noexcept { return server_name_; }
    const Route& route(RouteIndex index) const { return routes_[index]; }
    const std::vector<Route>& routes() const noexcept { return routes_; }
    /// "GET, HEAD, OPTIONS".
    std::string list_methods(MethodSet methods) const { return methods_.list(methods); }

private:
    /// The routes of one domain pattern.
    struct Table {
        std::string pattern{};
        RoutePart part{};
        std::optional<SegmentMatcher> matcher{};  ///< unless the pattern is static
        bool accepts_any = true;
        std::size_t order = 0;  ///< of registration
        RouteTrie trie{};

        bool accepts(std::string_view domain) const;
    };

    std::string describe_twin(const RouteEntry& twin, const RouteEntry& entry,
                              std::string_view pattern, SourceLine where) const;
    Table& ensure_table(const std::string& pattern);
    RouteMatch match_in(const RouteTrie& trie, const RouteQuery& query, Captures& captures) const;
    void match_merged(const RouteTrie& trie, const RouteTrie::Result& unmerged,
                      const RouteQuery& query, MethodSet method, std::string_view path,
                      RouteMatch& match) const;
    void answer_options(const RouteTrie& trie, const RouteEntry& route, const RouteQuery& query,
                        std::string_view path, RouteMatch& match) const;
    static void report_no_match(const RouteTrie::Result& result, RouteMatch& match);
    static bool values_fit(const Route& route, const Captures& captures);

    MethodTable methods_;
    std::vector<Route> routes_;
    // The first has the routes without a pattern; the others in matching order after freeze().
    std::deque<Table> tables_;
    HostMode mode_ = HostMode::Ignored;
    std::string server_name_;
};

}  // namespace pottle::app
