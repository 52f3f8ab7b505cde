// SPDX-License-Identifier: MIT
/// \file
/// What stands behind App and Blueprint while an application is set up: lists of what was
/// registered, in order. freeze.cpp makes the tables that serve requests from it.
#pragma once

#include "route_trie.hpp"

#include <pottle/app/blueprint.hpp>
#include <pottle/app/scaffold.hpp>

#include <memory>
#include <string>
#include <vector>

namespace pottle::app {

struct Pipeline;

/// A handler or hook with the objects that its `X&` parameters take, found when the app freezes.
struct BoundHandler {
    AnyHandler handler;
    std::vector<void*> extensions{};
};

struct ErrorHandler {
    const ErrorType* type = nullptr;  ///< null: by status
    int status = 0;
    BoundHandler bound;
};

/// Hooks of requests or of websockets.
struct HookLists {
    std::vector<std::unique_ptr<BoundHandler>> before{}, after{}, teardown{};
};

struct Hooks : HookLists {
    HookLists websocket{};
    std::vector<std::unique_ptr<ErrorHandler>> errors{};
};

/// A route as it was registered; what stands below the line is filled in when the app freezes.
struct RouteRecord {
    std::string method;
    std::string rule;  ///< without the prefixes of its blueprints
    SourceLine where;
    RouteSettings settings{};
    BoundHandler bound;
    RouteKind kind = RouteKind::Http;
    // ---
    std::string pattern{};  ///< with the prefixes
    std::string endpoint{};
    std::vector<std::string> methods{};
    std::vector<std::string_view> parameters{};  ///< views into `pattern`
    const Pipeline* pipeline = nullptr;
};

/// A resource; owned by its handle, or by its parent once it is registered.
class ScaffoldCore {
public:
    ScaffoldCore(std::string core_name, std::string prefix, SourceLine line)
        : name(std::move(core_name)), url_prefix(std::move(prefix)), where(line) {}
    virtual ~ScaffoldCore();
    ScaffoldCore(const ScaffoldCore&) = delete;
    ScaffoldCore& operator=(const ScaffoldCore&) = delete;

    /// Throws ConfigError once the application serves.
    void require_open() const;
    void add_child(std::unique_ptr<ScaffoldCore> child, BlueprintOptions&& options);

    std::string name;
    std::string url_prefix;
    SourceLine where;
    std::vector<std::unique_ptr<RouteRecord>> routes{};
    Hooks own{};       ///< Reach::Own
    Hooks app_wide{};  ///< Reach::App of a blueprint
    std::vector<std::unique_ptr<ScaffoldCore>> children{};
    bool frozen = false;
};

/// "file.cpp:12".
std::string to_string(SourceLine where);

/// BP-3: prefix without a slash at its end, one slash, rule without a slash at its begin; an empty
/// rule is the prefix itself.
std::string join_prefix(std::string_view prefix, std::string_view rule);

}  // namespace pottle::app
