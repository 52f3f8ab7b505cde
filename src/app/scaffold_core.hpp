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

struct BoundServingHook {
    ServingHook hook;
    std::vector<void*> extensions{};
};

/// RT-32: adds values to what url_for() is given.
struct UrlDefaultsHook {
    Callee callee;
    using Enter = void (*)(void* closure, std::string_view endpoint, UrlValues& values, Request*);
};

struct Hooks : HookLists {
    HookLists websocket{};
    std::vector<std::unique_ptr<BoundHandler>> url_values{}, context{};
    std::vector<std::unique_ptr<UrlDefaultsHook>> url_defaults{};
    std::vector<std::unique_ptr<BoundServingHook>> before_serving{}, while_serving{},
        after_serving{};
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
    /// Names of the path values: of the pattern, views into `pattern`, then of the defaults.
    std::vector<std::string_view> parameters{};
    std::size_t pattern_parameters = 0;    ///< how many of them the pattern has
    std::size_t prefix_parameters = 0;     ///< how many of those the handler does not take
    std::vector<std::string> arguments{};  ///< of pattern, host and defaults, each once
    std::uint32_t index = 0;
    bool may_redirect = false;  ///< a match may be sent elsewhere
    const Pipeline* pipeline = nullptr;
};

/// BP-11: what runs when the application freezes.
struct RecordedSetup {
    Callee callee;
    using Enter = void (*)(void* closure, Scaffold app, const BlueprintSetup& setup);
};

/// BP-12, CLI-5.
struct AppCommand {
    std::string name;  ///< when the application is frozen with its group: "todos seed"
    std::string help;
    std::unique_ptr<BoundServingHook> hook;
};

/// A resource; owned by its handle, or by its parent once it is registered.
class ScaffoldCore {
public:
    ScaffoldCore(std::string core_name, BlueprintOptions&& options, SourceLine line);
    virtual ~ScaffoldCore();
    ScaffoldCore(const ScaffoldCore&) = delete;
    ScaffoldCore& operator=(const ScaffoldCore&) = delete;

    /// Throws ConfigError once the application serves.
    void require_open() const;
    void add_child(std::unique_ptr<ScaffoldCore> child, BlueprintOptions&& options);

    std::string name;
    std::string url_prefix;
    std::string subdomain;
    UrlValues url_defaults;  ///< merged into the defaults of its routes
    SourceLine where;
    std::vector<std::unique_ptr<RouteRecord>> routes{};
    Hooks own{};       ///< Reach::Own
    Hooks app_wide{};  ///< Reach::App of a blueprint
    std::vector<std::unique_ptr<ScaffoldCore>> children{};
    std::vector<RecordedSetup> recorded{};
    std::vector<AppCommand> commands{};
    std::optional<std::string> cli_group{};
    std::vector<Callee> template_setups{};  ///< NeedsTemplatesHeader::Enter
    std::optional<std::string> template_folder{};
    std::string root_path;  ///< of a blueprint: empty for the application's
    /// Folders of static files, shared with the handlers that serve them; made absolute when the
    /// application freezes, because a blueprint does not know its root path before.
    std::vector<std::shared_ptr<std::string>> folders{};
    bool frozen = false;
};

/// A path that is relative begins at `folder`.
std::string resolve_path(std::string_view folder, std::string_view path);

/// "file.cpp:12".
std::string to_string(SourceLine where);

/// BP-3: prefix without a slash at its end, one slash, rule without a slash at its begin; an empty
/// rule is the prefix itself.
std::string join_prefix(std::string_view prefix, std::string_view rule);

}  // namespace pottle::app
