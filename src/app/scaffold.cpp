// SPDX-License-Identifier: MIT
#include "scaffold_core.hpp"

#include <pottle/app/config_error.hpp>
#include <pottle/app/scaffold.hpp>

#include <fmt/format.h>

namespace pottle {

namespace app {

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
    if (options.url_prefix) child->url_prefix = std::move(*options.url_prefix);
    if (options.name) child->name = std::move(*options.name);
    children.push_back(std::move(child));
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

void add_to(HookLists& hooks, Role role, AnyHandler hook) {
    auto& list = role == Role::Before  ? hooks.before
                 : role == Role::After ? hooks.after
                                       : hooks.teardown;
    list.push_back(std::make_unique<BoundHandler>(BoundHandler{std::move(hook)}));
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

void Scaffold::add_hook(app::Role role, app::AnyHandler hook, Reach reach) {
    app::add_to(app::hooks_for(*core_, reach), role, std::move(hook));
}

void Scaffold::add_websocket_hook(app::Role role, app::AnyHandler hook, Reach reach) {
    app::add_to(app::hooks_for(*core_, reach).websocket, role, std::move(hook));
}

void Scaffold::add_error_handler(const app::ErrorType& type, app::AnyHandler handler, Reach reach) {
    app::hooks_for(*core_, reach)
        .errors.push_back(
            std::make_unique<app::ErrorHandler>(app::ErrorHandler{&type, 0, {std::move(handler)}}));
}

void Scaffold::add_error_handler(int status, app::AnyHandler handler, Reach reach) {
    // ERR-1: only what can be an error's status.
    if (status < 400 || status > 599)
        throw ConfigError(
            fmt::format("errorhandler({}, ...): {} is not the status of an error "
                        "(400 to 599)",
                        status, status));
    app::hooks_for(*core_, reach)
        .errors.push_back(std::make_unique<app::ErrorHandler>(
            app::ErrorHandler{nullptr, status, {std::move(handler)}}));
}

}  // namespace pottle
