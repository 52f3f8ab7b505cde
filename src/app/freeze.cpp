// SPDX-License-Identifier: MIT
/// \file
/// From what was registered to the tables that serve requests. Walks the application and its
/// blueprints from outside to inside, in the order of registration.
#include "app_core.hpp"

#include <pottle/app/config_error.hpp>
#include <pottle/base/log.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// The name for messages and its line: "blueprint todos (app.cpp:12)".
std::string describe(const ScaffoldCore& core, std::string_view full_name) {
    return fmt::format("blueprint {} ({})", full_name, to_string(core.where));
}

class Freezer {
public:
    explicit Freezer(AppCore& app) : app_(app), routing_(app.routing) {}

    void run() {
        for (const std::string& slip : app_.config.find_slips()) log::warning(slip);
        routing_.limits = Limits::from(app_.config);
        collect_app_wide_hooks(app_, app_.own);
        build(app_, routing_.application, {});
        for (ScaffoldCore* core : cores_) core->frozen = true;
        routing_.router.freeze();
        set_up_sessions();
        app_.json->set_debug(app_.config.get<bool>("DEBUG"));
        routing_.json = app_.json;
    }

private:
    void set_up_sessions() {
        app_.sessions->configure(app_.config);
        routing_.sessions = app_.sessions;
        routing_.max_flashes = app_.config.get<std::size_t>("SESSION_MAX_FLASHES");
    }

    /// Reach::App hooks of every blueprint run as the application's own, in the order of
    /// registration.
    void collect_app_wide_hooks(ScaffoldCore& core, Hooks& into) {
        const auto move_all = [](auto& from, auto& to) {
            for (auto& hook : from) to.push_back(std::move(hook));
            from.clear();
        };
        move_all(core.app_wide.before, into.before);
        move_all(core.app_wide.after, into.after);
        move_all(core.app_wide.teardown, into.teardown);
        move_all(core.app_wide.websocket.before, into.websocket.before);
        move_all(core.app_wide.websocket.after, into.websocket.after);
        move_all(core.app_wide.websocket.teardown, into.websocket.teardown);
        move_all(core.app_wide.errors, into.errors);
        for (const auto& child : core.children) collect_app_wide_hooks(*child, into);
    }

    void build(ScaffoldCore& core, Pipeline& pipeline, std::string_view outer_prefix) {
        cores_.push_back(&core);
        const std::string prefix = join_prefixes(outer_prefix, core.url_prefix);
        add_hooks(core, pipeline);
        for (auto& record : core.routes) add_route(std::move(record), pipeline, prefix);
        core.routes.clear();
        for (const auto& child : core.children) build_blueprint(*child, pipeline, prefix);
    }

    void build_blueprint(ScaffoldCore& core, const Pipeline& parent, std::string_view prefix) {
        Pipeline& pipeline = *routing_.blueprints.emplace_back(std::make_unique<Pipeline>());
        pipeline.parent = &parent;
        pipeline.blueprint = name_blueprint(core, parent);
        if (!core.url_prefix.empty() && core.url_prefix.front() != '/')
            throw ConfigError(fmt::format("{}: url_prefix \"{}\" must start with '/'",
                                          describe(core, pipeline.blueprint), core.url_prefix));
        build(core, pipeline, prefix);
    }

    std::string name_blueprint(const ScaffoldCore& core, const Pipeline& parent) {
        // BP-1.
        if (core.name.empty() || core.name.contains('.'))
            throw ConfigError(
                fmt::format("{}: the name of a blueprint must not be empty or "
                            "contain a dot",
                            describe(core, core.name)));
        std::string name = parent.blueprint.empty()
                               ? core.name
                               : fmt::format("{}.{}", parent.blueprint, core.name);
        const auto same = std::ranges::find(blueprint_names_, name);
        if (same != blueprint_names_.end())  // BP-5
            throw ConfigError(
                fmt::format("{}: a blueprint of this name is registered already; "
                            "give one of them another: register_blueprint(..., "
                            "{{.name = \"...\"}})",
                            describe(core, name)));
        blueprint_names_.push_back(name);
        return name;
    }

    // ---- hooks

    void add_hooks(ScaffoldCore& core, Pipeline& pipeline) {
        const std::string owner = pipeline.blueprint.empty()
                                      ? std::string("of the application")
                                      : fmt::format("of {}", describe(core, pipeline.blueprint));
        add_chain(core.own, pipeline, pipeline.parent, "request", owner);
        add_chain(core.own.websocket, pipeline.websocket,
                  pipeline.parent ? &pipeline.parent->websocket : nullptr, "websocket", owner);
        for (const auto& handler : core.own.errors) {
            resolve_extensions(handler->bound, "errorhandler " + owner);
            pipeline.errors.add(*handler);
        }
        pipeline.errors.sort();
    }

    /// BP-7: inwards before the handler, outwards behind it.
    void add_chain(const HookLists& own, HookChain& chain, const HookChain* parent,
                   std::string_view kind, const std::string& owner) {
        if (parent) chain.before = parent->before;
        append(own.before, chain.before, fmt::format("before_{} hook {}", kind, owner));
        append(own.after, chain.after, fmt::format("after_{} hook {}", kind, owner));
        append(own.teardown, chain.teardown, fmt::format("teardown_{} hook {}", kind, owner));
        std::ranges::reverse(chain.after);
        std::ranges::reverse(chain.teardown);
        if (!parent) return;
        append(parent->after, chain.after);
        append(parent->teardown, chain.teardown);
    }

    void append(const std::vector<std::unique_ptr<BoundHandler>>& from,
                std::vector<const BoundHandler*>& to, const std::string& what) {
        for (const auto& hook : from) {
            resolve_extensions(*hook, what);
            to.push_back(hook.get());
        }
    }
    static void append(const std::vector<const BoundHandler*>& from,
                       std::vector<const BoundHandler*>& to) {
        to.insert(to.end(), from.begin(), from.end());
    }

    void resolve_extensions(BoundHandler& bound, std::string_view what) {
        for (const TypeKey* key : bound.handler.info->extensions) {
            void* object = app_.find_extension(*key);
            if (!object)
                throw ConfigError(
                    fmt::format("{} needs {}, which is not installed: add "
                                "app.use<{}>(...)",
                                what, key->name, key->name));
            bound.extensions.push_back(object);
        }
    }

    // ---- routes

    static std::string join_prefixes(std::string_view outer, std::string_view inner) {
        if (inner.empty()) return std::string(outer);
        return join_prefix(outer, inner);
    }

    void add_route(std::unique_ptr<RouteRecord> record, const Pipeline& pipeline,
                   std::string_view prefix) {
        RouteRecord& route = *record;
        route.pipeline = &pipeline;
        route.pattern = join_prefix(prefix, route.rule);
        name_endpoint(route);
        check_pattern(route);
        resolve_extensions(route.bound,
                           fmt::format("{}: route {}", to_string(route.where), route.pattern));
        register_route(route);
        routing_.records.push_back(std::move(record));
    }

    static void check_pattern(const RouteRecord& route) {
        const std::span<const Converter> values = route.bound.handler.info->path_values;
        const RouteMistake mistake = find_mistake(route.pattern, values.data(), values.size());
        if (mistake != RouteMistake::None)
            throw ConfigError(fmt::format("{}: route {}: {}", to_string(route.where), route.pattern,
                                          pottle::describe(mistake)));
    }

    void register_route(RouteRecord& route) {
        std::vector<std::string_view> methods(route.settings.methods.begin(),
                                              route.settings.methods.end());
        if (methods.empty()) methods.push_back(route.method);
        const RouteOptions options{.strict_slashes = route.settings.strict_slashes,
                                   .automatic_options = route.settings.automatic_options,
                                   .kind = route.kind};
        const auto index = routing_.router.add(route.pattern, methods, options, route.where);
        if (!index) throw ConfigError(index.error());
        POTTLE_REQUIRE(*index == routing_.records.size(), "routes are numbered in order");

        const Route& added = routing_.router.route(*index);
        route.methods = split_methods(routing_.router.list_methods(added.methods));
        PatternReader reader(route.pattern);
        for (PatternPiece piece; !reader.done() && reader.next(piece) == RouteMistake::None;)
            if (piece.is_parameter) route.parameters.push_back(piece.text);
    }

    static std::vector<std::string> split_methods(std::string_view list) {
        std::vector<std::string> methods;
        while (!list.empty()) {
            const std::size_t comma = std::min(list.find(", "), list.size());
            methods.emplace_back(list.substr(0, comma));
            list.remove_prefix(std::min(comma + 2, list.size()));
        }
        return methods;
    }

    /// An endpoint that was not given is the pattern, which is as unique as the route.
    void name_endpoint(RouteRecord& route) {
        const std::string& given = route.settings.endpoint;
        if (given.empty()) {
            route.endpoint = route.pattern;
            return;
        }
        if (given.contains('.'))
            throw ConfigError(fmt::format("{}: endpoint(\"{}\") must not contain a dot",
                                          to_string(route.where), given));
        const std::string& blueprint = route.pipeline->blueprint;
        route.endpoint = blueprint.empty() ? given : fmt::format("{}.{}", blueprint, given);
        for (const auto& other : routing_.records) {
            // RT-2: several rules may share a handler and its endpoint.
            if (other->endpoint != route.endpoint || same_handler(*other, route)) continue;
            throw ConfigError(fmt::format("{}: endpoint {} belongs to another handler ({})",
                                          to_string(route.where), route.endpoint,
                                          to_string(other->where)));
        }
    }

    static bool same_handler(const RouteRecord& a, const RouteRecord& b) {
        const Callee& x = a.bound.handler.callee;
        const Callee& y = b.bound.handler.callee;
        return x.function() == y.function() && !x.closure() && !y.closure();
    }

    AppCore& app_;
    Routing& routing_;
    std::vector<ScaffoldCore*> cores_{};
    std::vector<std::string> blueprint_names_{};
};

}  // namespace

void AppCore::freeze() {
    if (!frozen) Freezer(*this).run();
}

}  // namespace pottle::app
