// SPDX-License-Identifier: MIT
#include "scaffold_core.hpp"

#include <pottle/app/config_error.hpp>
#include <pottle/app/scaffold.hpp>

#include <fmt/format.h>

namespace pottle {

namespace app {

ScaffoldCore::ScaffoldCore(std::string core_name, BlueprintOptions&& options, SourceLine line)
    : name(std::move(core_name)),
      url_prefix(std::move(options.url_prefix).value_or("")),
      subdomain(std::move(options.subdomain).value_or("")),
      url_defaults(std::move(options.url_defaults)),
      where(line),
      cli_group(std::move(options.cli_group)),
      template_folder(std::move(options.template_folder)),
      root_path(std::move(options.root_path)) {}

ScaffoldCore::~ScaffoldCore() = default;

void ScaffoldCore::require_open() const {
    if (frozen)
        throw ConfigError(
            "the application already serves requests: routes, hooks and extensions "
            "must be added before");
}

void ScaffoldCore::add_child(std::unique_ptr<ScaffoldCore> child, BlueprintOptions&& options) {
    require_open();
    POTTLE_REQUIRE(child, "this Blueprint was moved away: register it once");
    // BP-2: what registration says stands in the place of the blueprint's own.
    if (options.url_prefix)
        child->url_prefix = options.append_prefix
                                ? join_prefix(*options.url_prefix, child->url_prefix)
                                : std::move(*options.url_prefix);
    if (options.subdomain) child->subdomain = std::move(*options.subdomain);
    for (const auto& [key, value] : options.url_defaults) child->url_defaults.set(key, value);
    if (options.template_folder) child->template_folder = std::move(*options.template_folder);
    if (options.cli_group) child->cli_group = std::move(*options.cli_group);
    if (options.name) child->name = std::move(*options.name);
    children.push_back(std::move(child));
}

std::string resolve_path(std::string_view folder, std::string_view path) {
    if (path.starts_with('/') || folder.empty()) return std::string(path);
    if (path.empty()) return std::string(folder);
    return fmt::format("{}/{}", folder == "/" ? "" : folder, path);
}

std::string to_string(SourceLine where) {
    return fmt::format("{}:{}", where.file, where.line);
}

std::string join_prefix(std::string_view prefix, std::string_view rule) {
    if (prefix.empty()) return std::string(rule);
    if (rule.empty()) return std::string(prefix);
    if (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (rule.starts_with('/')) rule.remove_prefix(1);
    return fmt::format("{}/{}", prefix, rule);
}

namespace {
Hooks& hooks_for(ScaffoldCore& core, Reach reach) {
    core.require_open();
    return reach == Reach::Own ? core.own : core.app_wide;
}

std::vector<std::unique_ptr<BoundHandler>>& list_of(HookLists& hooks, Role role) {
    return role == Role::Before ? hooks.before : role == Role::After ? hooks.after : hooks.teardown;
}

auto& list_of(Hooks& hooks, HookPoint point) {
    switch (point) {
        case HookPoint::UrlValues:
            return hooks.url_values;
        case HookPoint::Before:
            return hooks.before;
        case HookPoint::After:
            return hooks.after;
        case HookPoint::Teardown:
            return hooks.teardown;
        case HookPoint::Context:
            break;
    }
    return hooks.context;
}
}  // namespace

}  // namespace app

RouteSettings& Scaffold::add_route(std::string_view method, std::string_view pattern,
                                   SourceLine where, app::AnyHandler handler) {
    core_->require_open();
    auto record = std::make_unique<app::RouteRecord>(app::RouteRecord{
        std::string(method), std::string(pattern), where, {}, {std::move(handler)}});
    return core_->routes.emplace_back(std::move(record))->settings;
}

RouteSettings& Scaffold::add_websocket_route(std::string_view pattern, SourceLine where,
                                             app::AnyHandler handler) {
    RouteSettings& settings = add_route("GET", pattern, where, std::move(handler));
    core_->routes.back()->kind = app::RouteKind::Websocket;
    settings.automatic_options = false;
    return settings;
}

void Scaffold::add_unanswered_route(std::string_view pattern, SourceLine where,
                                    std::string redirect_to, std::string endpoint) {
    RouteSettings& settings =
        add_route("GET", pattern, where, app::make_handler<app::Role::Handler>([] {}));
    settings.build_only = redirect_to.empty();
    settings.redirect_to = std::move(redirect_to);
    settings.endpoint = std::move(endpoint);
}

void Scaffold::add_url_defaults(app::Callee hook, Reach reach) {
    app::hooks_for(*core_, reach)
        .url_defaults.push_back(
            std::make_unique<app::UrlDefaultsHook>(app::UrlDefaultsHook{std::move(hook)}));
}

void Scaffold::add_hook(app::HookPoint point, app::AnyHandler hook, Reach reach) {
    app::Hooks& hooks = app::hooks_for(*core_, reach);
    auto& list = app::list_of(hooks, point);
    list.push_back(std::make_unique<app::BoundHandler>(app::BoundHandler{std::move(hook)}));
}

void Scaffold::add_websocket_hook(app::Role role, app::AnyHandler hook, Reach reach) {
    app::HookLists& hooks = app::hooks_for(*core_, reach).websocket;
    auto& list = app::list_of(hooks, role);
    list.push_back(std::make_unique<app::BoundHandler>(app::BoundHandler{std::move(hook)}));
}

void Scaffold::add_template_setup(app::Callee setup) {
    core_->require_open();
    core_->template_setups.push_back(std::move(setup));
}

void Scaffold::add_command(std::string name, std::string help, app::ServingHook handler) {
    core_->require_open();
    if (name.empty() || name.find_first_of(" =-") == 0 || name.contains(' ') || handler.open)
        throw ConfigError(fmt::format(
            "command \"{}\": a name has no spaces, and its handler returns nothing or Task<>",
            name));
    auto hook = std::make_unique<app::BoundServingHook>(app::BoundServingHook{std::move(handler)});
    core_->commands.push_back({std::move(name), std::move(help), std::move(hook)});
}

void Scaffold::add_serving_hook(app::ServingHook hook, app::ServingPoint point) {
    const bool fits = (point == app::ServingPoint::While) == (hook.open != nullptr);
    if (!fits)
        throw ConfigError(
            "a while_serving hook returns WhileServing; before_serving and after_serving hooks "
            "return nothing or Task<>");
    app::Hooks& hooks = app::hooks_for(*core_, Reach::App);
    auto& list = point == app::ServingPoint::Before  ? hooks.before_serving
                 : point == app::ServingPoint::While ? hooks.while_serving
                                                     : hooks.after_serving;
    list.push_back(std::make_unique<app::BoundServingHook>(app::BoundServingHook{std::move(hook)}));
}

void Scaffold::add_error_handler(const app::ErrorType& type, app::AnyHandler handler, Reach reach) {
    app::hooks_for(*core_, reach)
        .errors.push_back(
            std::make_unique<app::ErrorHandler>(app::ErrorHandler{&type, 0, {std::move(handler)}}));
}

void Scaffold::add_error_handler(int status, app::AnyHandler handler, Reach reach,
                                 SourceLine where) {
    // ERR-1: only what can be an error's status.
    if (status < 400 || status > 599)
        throw ConfigError(
            fmt::format("{}: errorhandler({}, ...): {} is not the status of an error "
                        "(400 to 599)",
                        app::to_string(where), status, status));
    app::hooks_for(*core_, reach)
        .errors.push_back(std::make_unique<app::ErrorHandler>(
            app::ErrorHandler{nullptr, status, {std::move(handler)}}));
}

}  // namespace pottle
