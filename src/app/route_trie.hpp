// SPDX-License-Identifier: MIT
/// \file
/// The trie behind the router: built node by node, then frozen into contiguous arrays. Decides
/// which route a path and a method select and nothing else: no redirects' targets, no value checks.
///
/// Order at a node (RT-10): the static branch first, then the dynamic ones by weight; a branch that
/// leads nowhere is left again. Every node is reached by one way only, so matching visits each at
/// most once.
#pragma once

#include "method_set.hpp"
#include "route_parts.hpp"
#include "short_text.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

/// Number of a route, from 0 in the order of addition.
using RouteIndex = std::uint32_t;

/// HTTP requests and WebSocket handshakes have routes of their own.
enum class RouteKind : std::uint8_t { Http, Websocket };

/// What the trie knows of a route.
struct RouteEntry {
    RouteIndex index = 0;
    MethodSet explicit_methods;
    MethodSet implied_methods;  ///< HEAD with GET, automatic OPTIONS: give way to explicit ones
    RouteKind kind = RouteKind::Http;
    bool strict_slashes = true;
    bool has_checks = false;  ///< values have bounds to be checked after the match
    std::uint8_t parameter_count = 0;

    MethodSet methods() const { return explicit_methods | implied_methods; }
};

class RouteTrie {
public:
    enum class Verdict : std::uint8_t { NoMatch, Found, SlashRequired };

    struct Result {
        Verdict verdict = Verdict::NoMatch;
        bool wrong_kind = false;            ///< a route of the other kind matches path and method
        MethodSet allow;                    ///< methods of the routes that match but for the method
        const RouteEntry* route = nullptr;  ///< of Found and SlashRequired
    };

    /// Adds a route before freeze().
    ///
    /// Returns: the route that already has this pattern, kind and one of its explicit methods, or
    /// null when the route was added.
    const RouteEntry* add(const std::vector<RoutePart>& parts, const RouteEntry& entry);

    /// Sorts and packs. Call once, before the first match().
    void freeze();

    /// The route of a path that is static throughout, with one look. Null when there is none, or
    /// none for the method: match() tells more. `path` as there, and not empty itself.
    const RouteEntry* find_static_route(std::string_view path, MethodSet method,
                                        RouteKind kind) const noexcept;

    /// Matches a decoded path without its leading slash. `path_is_empty`: there was not even that.
    ///
    /// Shape: on Found, one capture per parameter of the route is written.
    /// Thread: any; the trie is const.
    Result match(std::string_view path, bool path_is_empty, MethodSet method, RouteKind kind,
                 Capture* captures) const;

private:
    class Walk;
    static constexpr std::uint32_t kNone = ~0u;
    static constexpr std::size_t kMaxSizeBit = 63;

    // Before freeze().
    struct Branch {
        RoutePart part;
        std::uint32_t node;
    };
    struct BuildNode {
        std::vector<Branch> branches;
        std::vector<RouteEntry> routes;
    };

    // After freeze().
    struct Node {
        std::uint32_t dynamic_begin = 0, dynamic_end = 0;
        std::uint32_t routes_begin = 0, routes_end = 0;
        std::uint32_t slash = kNone;  // the node behind an empty segment
        bool has_statics = false;
    };
    struct DynamicBranch {
        SegmentMatcher matcher;
        std::uint32_t node;
        bool takes_rest;
        bool may_lack_slash;
    };
    /// Static branches of all nodes, and under the parent kNone the whole paths of static routes:
    /// one open-addressed hash table, at most a quarter full: a second look costs as much as the
    /// first.
    struct Slot {
        TextKey key{{}};
        std::uint32_t parent = kNone;
        std::uint32_t node = kNone;
        std::string_view text;  // into texts_, whose strings never move
    };

    struct StaticText {
        std::uint32_t parent;
        std::uint32_t node;
        std::string text;
    };

    static void resolve_implied_methods(BuildNode& node);
    void pack_node(std::size_t index, std::vector<StaticText>& statics);
    void collect_static_paths(std::uint32_t index, const std::string& path,
                              std::vector<StaticText>& statics);
    void insert_static(const StaticText& entry);
    std::uint32_t find_static(std::uint32_t parent, std::string_view text) const noexcept;

    std::vector<BuildNode> building_{1};
    std::vector<Node> nodes_;
    std::vector<DynamicBranch> dynamic_;
    std::vector<RouteEntry> routes_;
    std::vector<Slot> slots_;
    std::size_t slot_mask_ = 0;
    std::deque<std::string> texts_;
    std::uint64_t static_sizes_ = 0;  // bit n: a static route's path has n octets; 63: or more
};

}  // namespace pottle::app
