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

#include <cstdint>
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
};

class RouteTrie {
public:
    enum class Verdict : std::uint8_t { NoMatch, Found, SlashRequired };

    struct Result {
        Verdict verdict = Verdict::NoMatch;
        bool wrong_kind = false;  ///< a route of the other kind matches path and method
        MethodSet allow;          ///< methods of the routes that match but for the method
        RouteIndex route = 0;     ///< of Found and SlashRequired
    };

    /// Adds a route before freeze().
    ///
    /// Returns: the route that already has this pattern, kind and one of its explicit methods, or
    /// null when the route was added.
    const RouteEntry* add(const std::vector<RoutePart>& parts, const RouteEntry& entry);

    /// Sorts and packs. Call once, before the first match().
    void freeze();

    /// Matches a decoded path without its leading slash. `path_is_empty`: there was not even that.
    ///
    /// Shape: on Found, one capture per parameter of the route is written.
    /// Thread: any; the trie is const.
    Result match(std::string_view path, bool path_is_empty, MethodSet method, RouteKind kind,
                 Capture* captures) const;

private:
    class Walk;
    static constexpr std::uint32_t kNone = ~0u;

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
    /// Static branches of all nodes: one open-addressed hash table, at most half full.
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t parent = kNone;
        std::uint32_t node = kNone;
        std::uint32_t text_size = 0;
        std::uint32_t text_begin = 0;
    };

    void resolve_implied_methods(BuildNode& node);
    void pack_node(std::size_t index, std::vector<std::pair<std::uint32_t, Branch*>>& statics);
    void insert_static(std::uint32_t parent, const Branch& branch);
    std::uint32_t find_static(std::uint32_t parent, std::string_view text) const noexcept;

    std::vector<BuildNode> building_{1};
    std::vector<Node> nodes_;
    std::vector<DynamicBranch> dynamic_;
    std::vector<RouteEntry> routes_;
    std::vector<Slot> slots_;
    std::vector<char> texts_;
};

}  // namespace pottle::app
