// SPDX-License-Identifier: MIT
/// \file
/// From what was registered to the tables that serve requests. Walks the application and its
/// blueprints from outside to inside, in the order of registration.
#include "app_core.hpp"
#include "template_setup.hpp"

#include <pottle/app/blueprint.hpp>
#include <pottle/app/config_error.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/log.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <random>

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
        run_recorded(app_, {}, {});
        collect_app_wide_hooks(app_, app_.own);
        resolve_extensions(app_.own.before_serving, "a before_serving hook");
        resolve_extensions(app_.own.while_serving, "a while_serving hook");
        resolve_extensions(app_.own.after_serving, "an after_serving hook");
        decide_hosts();
        name_requests();
        build(app_, routing_.application, {});
        for (ScaffoldCore* core : cores_) core->frozen = true;
        routing_.router.freeze();
        routing_.urls.fill(routing_.records, routing_.router);
        find_redirects();
        set_up_sessions();
        app_.json->set_debug(app_.config.get<bool>("DEBUG"));
        routing_.json = app_.json;
        routing_.templates = set_up_templates(app_);
        routing_.signals = &app_.signals;
        routing_.app = &app_;
        routing_.traces_coroutines = app_.config.get<bool>("DEBUG");
        app_.config.freeze();
    }

private:
    void set_up_sessions() {
        app_.sessions->configure(app_.config);
        routing_.sessions = app_.sessions;
        routing_.max_flashes = app_.config.get<std::size_t>("SESSION_MAX_FLASHES");
    }

    /// What a blueprint inherits from those around it.
    struct Around {
        std::string prefix{};
        std::string subdomain{};
        std::string root_path{};
        UrlValues defaults{};
    };

    /// BP-11: before anything is collected, so that what is recorded may add routes and hooks.
    void run_recorded(ScaffoldCore& core, const std::string& outer_name,
                      const std::string& outer_prefix) {
        const bool is_app = &core == &app_;
        const std::string name = outer_name.empty() ? (is_app ? std::string() : core.name)
                                                    : fmt::format("{}.{}", outer_name, core.name);
        const std::string prefix = join_prefixes(outer_prefix, core.url_prefix);
        for (const RecordedSetup& setup : core.recorded)
            reinterpret_cast<RecordedSetup::Enter>(setup.callee.function())(
                setup.callee.closure(), Scaffold(app_), BlueprintSetup{name, prefix});
        for (std::size_t i = 0; i < core.children.size(); ++i)  // which may grow meanwhile
            run_recorded(*core.children[i], name, prefix);
    }

    void decide_hosts() {
        const auto name = app_.config.get<std::optional<std::string>>("SERVER_NAME");
        UrlRoots& roots = routing_.url_roots;
        roots.server_name = name.value_or("");
        roots.scheme = app_.config.get<bool>("PREFER_SECURE_URLS")
                           ? "https"
                           : app_.config.get<std::string>("PREFERRED_URL_SCHEME");
        roots.root = app_.config.get<std::string>("APPLICATION_ROOT");
        while (roots.root.ends_with('/')) roots.root.pop_back();
        if (app_.options.host_matching)
            routing_.router.use_hosts(HostMode::Host, {});
        else if (name)
            routing_.router.use_hosts(HostMode::Subdomain, *name);
    }

    void name_requests() {
        routing_.application_name = app_.name;
        auto& header = routing_.request_id_header;
        header = app_.config.get<std::optional<std::string>>("REQUEST_ID_HEADER").value_or("");
        for (char& c : header) c = ascii::to_lower(c);
        // Own ids begin anywhere, so that those of two processes differ.
        std::random_device random;
        routing_.last_request_id = (std::uint64_t{random()} << 32) | random();
    }

    /// Marks the routes whose matches may be sent elsewhere, so that the others need not look.
    void find_redirects() {
        for (const auto& record : routing_.records)
            record->may_redirect =
                record->settings.alias || !record->settings.redirect_to.empty() ||
                std::ranges::any_of(routing_.records, [&](const auto& other) {
                    return other != record && other->endpoint == record->endpoint &&
                           !other->settings.defaults.empty() &&
                           std::ranges::is_permutation(other->arguments, record->arguments);
                });
    }

    /// Reach::App hooks of every blueprint run as the application's own, in the order of
    /// registration.
    void collect_app_wide_hooks(ScaffoldCore& core, Hooks& into) {
        const auto move_all = [](auto& from, auto& to) {
            for (auto& hook : from) to.push_back(std::move(hook));
            from.clear();
        };
        move_all(core.app_wide.url_defaults, into.url_defaults);
        move_all(core.app_wide.url_values, into.url_values);
        move_all(core.app_wide.before, into.before);
        move_all(core.app_wide.after, into.after);
        move_all(core.app_wide.teardown, into.teardown);
        move_all(core.app_wide.websocket.before, into.websocket.before);
        move_all(core.app_wide.websocket.after, into.websocket.after);
        move_all(core.app_wide.websocket.teardown, into.websocket.teardown);
        move_all(core.app_wide.context, into.context);
        move_all(core.app_wide.before_serving, into.before_serving);
        move_all(core.app_wide.while_serving, into.while_serving);
        move_all(core.app_wide.after_serving, into.after_serving);
        move_all(core.app_wide.errors, into.errors);
        for (const auto& child : core.children) collect_app_wide_hooks(*child, into);
    }

    void build(ScaffoldCore& core, Pipeline& pipeline, const Around& outside) {
        cores_.push_back(&core);
        Around around = outside;
        around.prefix = join_prefixes(outside.prefix, core.url_prefix);
        // RT-42.
        if (around.subdomain.empty() || core.subdomain.empty())
            around.subdomain += core.subdomain;
        else
            around.subdomain = fmt::format("{}.{}", core.subdomain, around.subdomain);
        for (const auto& [name, value] : core.url_defaults) around.defaults.set(name, value);
        if (!core.root_path.empty())
            around.root_path = resolve_path(app_.root_path, core.root_path);
        for (const auto& folder : core.folders) *folder = resolve_path(around.root_path, *folder);
        add_hooks(core, pipeline);
        for (auto& record : core.routes) add_route(std::move(record), pipeline, around);
        core.routes.clear();
        add_commands(core);
        for (const auto& child : core.children) build_blueprint(*child, pipeline, around);
    }

    void build_blueprint(ScaffoldCore& core, const Pipeline& parent, const Around& around) {
        Pipeline& pipeline = *routing_.blueprints.emplace_back(std::make_unique<Pipeline>());
        pipeline.parent = &parent;
        pipeline.blueprint = name_blueprint(core, parent);
        if (!core.url_prefix.empty() && core.url_prefix.front() != '/')
            throw ConfigError(fmt::format("{}: url_prefix \"{}\" must start with '/'",
                                          describe(core, pipeline.blueprint), core.url_prefix));
        build(core, pipeline, around);
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

    /// BP-12.
    void add_commands(ScaffoldCore& core) {
        const std::string group = &core == &app_ ? "" : core.cli_group.value_or(core.name);
        std::vector<AppCommand> commands = std::exchange(core.commands, {});
        for (AppCommand& command : commands) {
            if (!group.empty()) command.name = fmt::format("{} {}", group, command.name);
            for (const AppCommand& other : app_.frozen_commands)
                if (other.name == command.name)
                    throw ConfigError(fmt::format("the command {} exists twice", command.name));
            for (const TypeKey* key : command.hook->hook.extensions)
                command.hook->extensions.push_back(
                    find_extension(*key, fmt::format("the command {}", command.name)));
            app_.frozen_commands.push_back(std::move(command));
        }
    }

    // ---- hooks

    /// What a blueprint hands on to those inside.
    struct HookChains {
        std::vector<const BoundHandler*> url_values{};
        HookChain request{}, websocket{};
    };

    void add_hooks(ScaffoldCore& core, Pipeline& pipeline) {
        const std::string owner = pipeline.blueprint.empty()
                                      ? std::string("of the application")
                                      : fmt::format("of {}", describe(core, pipeline.blueprint));
        add_chains(core, pipeline, owner);
        for (const auto& handler : core.own.errors) {
            resolve_extensions(handler->bound, "errorhandler " + owner);
            pipeline.errors.add(*handler);
        }
        pipeline.errors.sort();
    }

    /// BP-7: inwards before the handler, outwards behind it.
    void add_chains(const ScaffoldCore& core, Pipeline& pipeline, const std::string& owner) {
        HookChains& chains = chains_[&pipeline];
        if (pipeline.parent) {
            chains = chains_[pipeline.parent];
            pipeline.url_defaults = pipeline.parent->url_defaults;
        }
        for (const auto& hook : core.own.url_defaults) pipeline.url_defaults.push_back(hook.get());
        append(core.own.url_values, chains.url_values, "url_value_preprocessor " + owner);
        extend(core.own, chains.request, "request", owner);
        extend(core.own.websocket, chains.websocket, "websocket", owner);
        if (!pipeline.parent)
            append(core.own.context, context_hooks_, "teardown_appcontext hook " + owner);
        join(chains, chains.request, pipeline);
        join(chains, chains.websocket, pipeline.websocket);
    }

    void extend(const HookLists& own, HookChain& chain, std::string_view kind,
                const std::string& owner) {
        append(own.before, chain.before, fmt::format("before_{} hook {}", kind, owner));
        prepend(own.after, chain.after, fmt::format("after_{} hook {}", kind, owner));
        prepend(own.teardown, chain.teardown, fmt::format("teardown_{} hook {}", kind, owner));
    }

    void join(const HookChains& chains, const HookChain& own, HookChain& into) const {
        into = own;
        into.before.insert(into.before.begin(), chains.url_values.begin(), chains.url_values.end());
        into.teardown.insert(into.teardown.end(), context_hooks_.begin(), context_hooks_.end());
    }

    void append(const std::vector<std::unique_ptr<BoundHandler>>& from,
                std::vector<const BoundHandler*>& to, const std::string& what) {
        for (const auto& hook : from) {
            resolve_extensions(*hook, what);
            to.push_back(hook.get());
        }
    }
    /// The youngest first.
    void prepend(const std::vector<std::unique_ptr<BoundHandler>>& from,
                 std::vector<const BoundHandler*>& to, const std::string& what) {
        std::vector<const BoundHandler*> hooks;
        append(from, hooks, what);
        to.insert(to.begin(), hooks.rbegin(), hooks.rend());
    }

    void resolve_extensions(BoundHandler& bound, std::string_view what) {
        for (const TypeKey* key : bound.handler.info->extensions)
            bound.extensions.push_back(find_extension(*key, what));
    }
    void resolve_extensions(const std::vector<std::unique_ptr<BoundServingHook>>& hooks,
                            std::string_view what) {
        for (const auto& bound : hooks)
            for (const TypeKey* key : bound->hook.extensions)
                bound->extensions.push_back(find_extension(*key, what));
    }

    void* find_extension(const TypeKey& key, std::string_view what) const {
        if (void* object = app_.find_extension(key)) return object;
        throw ConfigError(fmt::format("{} needs {}, which is not installed: add app.use<{}>(...)",
                                      what, key.name, key.name));
    }

    // ---- routes

    static std::string join_prefixes(std::string_view outer, std::string_view inner) {
        if (inner.empty()) return std::string(outer);
        return join_prefix(outer, inner);
    }

    void add_route(std::unique_ptr<RouteRecord> record, const Pipeline& pipeline,
                   const Around& around) {
        RouteRecord& route = *record;
        route.pipeline = &pipeline;
        route.pattern = join_prefix(around.prefix, route.rule);
        route.prefix_parameters = count_parameters(around.prefix);
        for (const auto& [name, value] : around.defaults)
            route.settings.defaults.set_default(name, value);
        name_endpoint(route);
        check_pattern(route);
        choose_host(route, around);
        resolve_extensions(route.bound,
                           fmt::format("{}: route {}", to_string(route.where), route.pattern));
        register_route(route);
        routing_.records.push_back(std::move(record));
    }

    [[noreturn]] static void refuse(const RouteRecord& route, std::string_view why) {
        throw ConfigError(
            fmt::format("{}: route {}: {}", to_string(route.where), route.pattern, why));
    }

    static std::size_t count_parameters(std::string_view pattern) {
        std::size_t count = 0;
        PatternReader reader(pattern);
        for (PatternPiece piece; !reader.done() && reader.next(piece) == RouteMistake::None;)
            count += piece.is_parameter;
        return count;
    }

    /// The handler takes the parameters of its own rule, then the defaults that the pattern lacks.
    static void check_pattern(RouteRecord& route) {
        if (const RouteMistake mistake = find_mistake(route.pattern); mistake != RouteMistake::None)
            refuse(route, pottle::describe(mistake));
        PatternReader reader(route.pattern);
        for (PatternPiece piece; !reader.done() && reader.next(piece) == RouteMistake::None;)
            if (piece.is_parameter) route.parameters.push_back(piece.text);
        route.pattern_parameters = route.parameters.size();
        for (const auto& [name, value] : route.settings.defaults)
            if (std::ranges::find(route.parameters, name) == route.parameters.end())
                route.parameters.push_back(name);
        if (route.parameters.size() > kMaxPathValues)
            refuse(route, pottle::describe(RouteMistake::TooManyParameters));
        if (route.settings.build_only || !route.settings.redirect_to.empty()) return;

        const std::span<const Converter> wanted = route.bound.handler.info->path_values;
        const std::size_t own = route.pattern_parameters - route.prefix_parameters;
        if (wanted.size() > route.parameters.size() - route.prefix_parameters)
            refuse(route, pottle::describe(RouteMistake::MoreInHandler));
        if (route.rule.empty() && own == 0) return;
        const RouteMistake mistake =
            find_mistake(route.rule, wanted.data(), std::min(wanted.size(), own));
        if (mistake != RouteMistake::None) refuse(route, pottle::describe(mistake));
    }

    void choose_host(RouteRecord& route, const Around& around) const {
        RouteSettings& settings = route.settings;
        if (app_.options.host_matching) {
            if (!settings.subdomain.empty())
                refuse(route, "subdomain(...) and host_matching exclude each other: use host(...)");
            return;
        }
        if (!settings.host.empty())
            refuse(route, "host(...) needs an App with {.host_matching = true}");
        settings.host = settings.subdomain.empty() ? around.subdomain : settings.subdomain;
        if (!settings.host.empty() && !routing_.router.uses_hosts())
            refuse(route, "a subdomain needs the setting SERVER_NAME");
    }

    void register_route(RouteRecord& route) {
        const RouteSettings& settings = route.settings;
        std::vector<std::string_view> methods(settings.methods.begin(), settings.methods.end());
        if (methods.empty()) methods.push_back(route.method);
        const bool automatic = app_.config.get<bool>("PROVIDE_AUTOMATIC_OPTIONS");
        const RouteOptions options{.strict_slashes = settings.strict_slashes,
                                   .merge_slashes = settings.merge_slashes,
                                   .automatic_options = settings.automatic_options && automatic,
                                   .kind = route.kind,
                                   .build_only = settings.build_only,
                                   .host = settings.host};
        const auto index = routing_.router.add(route.pattern, methods, options, route.where);
        if (!index) throw ConfigError(index.error());
        POTTLE_REQUIRE(*index == routing_.records.size(), "routes are numbered in order");
        route.index = *index;

        const Route& added = routing_.router.route(*index);
        route.methods = split_methods(routing_.router.list_methods(added.methods));
        for (const std::string_view name : route.parameters) add_argument(route, name);
        for (const RoutePiece& piece : added.host_pieces)
            if (piece.is_parameter) add_argument(route, piece.text);
    }

    static void add_argument(RouteRecord& route, std::string_view name) {
        if (std::ranges::find(route.arguments, name) == route.arguments.end())
            route.arguments.emplace_back(name);
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
        if (a.settings.view && a.settings.view == b.settings.view) return true;
        const Callee& x = a.bound.handler.callee;
        const Callee& y = b.bound.handler.callee;
        return x.function() == y.function() && !x.closure() && !y.closure();
    }

    AppCore& app_;
    Routing& routing_;
    std::map<const Pipeline*, HookChains> chains_{};
    std::vector<const BoundHandler*> context_hooks_{};
    std::vector<ScaffoldCore*> cores_{};
    std::vector<std::string> blueprint_names_{};
};

}  // namespace

void AppCore::freeze() {
    // Half of what was registered is in the tables by then, and cannot be taken out again.
    if (freeze_failure) std::rethrow_exception(freeze_failure);
    if (frozen) return;
    try {
        Freezer(*this).run();
    } catch (...) {
        freeze_failure = std::current_exception();
        throw;
    }
}

}  // namespace pottle::app
