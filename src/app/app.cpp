// SPDX-License-Identifier: MIT
#include "app_core.hpp"

#include <pottle/app/app.hpp>
#include <pottle/gateway/server_stats.hpp>

#include <fmt/format.h>

namespace pottle {

namespace app {

AppCore::~AppCore() {
    // Handlers may refer to extensions, and younger extensions to older ones.
    gateway.reset();
    routing = {};
    routes.clear();
    children.clear();
    own = {};
    app_wide = {};
    for (auto extension = extensions.rbegin(); extension != extensions.rend(); ++extension)
        if (extension->destroy) extension->destroy(extension->object);
}

void* AppCore::find_extension(const TypeKey& key) const noexcept {
    for (const Extension& extension : extensions)
        if (extension.key == &key) return extension.object;
    return nullptr;
}

}  // namespace app

App::App(std::string name) : Scaffold(*new app::AppCore(std::move(name))) {
    use<ServerStats>();  // the server counts in it, handlers take it
    provide(core().config);
}

App::~App() {
    delete core_;
}

app::AppCore& App::core() const noexcept {
    return static_cast<app::AppCore&>(*core_);
}

std::string_view App::name() const noexcept {
    return core_->name;
}

Config& App::config() const noexcept {
    return core().config;
}

JsonProvider& App::json_provider() const noexcept {
    return *core().json;
}

void App::set_json_provider(JsonProvider& provider) {
    core_->require_open();
    core().json = &provider;
}

SessionInterface& App::session_interface() const noexcept {
    return *core().sessions;
}

void App::set_session_interface(SessionInterface& sessions) {
    core_->require_open();
    core().sessions = &sessions;
}

void App::add_extension(const app::TypeKey& key, void* object, void (*destroy)(void*) noexcept) {
    app::AppCore& app = core();
    const bool open = !app.frozen && !app.find_extension(key);
    if (open) {
        app.extensions.push_back({&key, object, destroy});
        return;
    }
    if (destroy) destroy(object);
    core_->require_open();
    throw ConfigError(fmt::format("{} is installed twice", key.name));
}

void* App::find_extension(const app::TypeKey& key) const {
    if (void* found = core().find_extension(key)) return found;
    throw ConfigError(fmt::format("{} is not installed: add app.use<{}>(...)", key.name, key.name));
}

void App::register_blueprint(Blueprint blueprint, BlueprintOptions options) {
    core_->add_child(std::unique_ptr<app::ScaffoldCore>(blueprint.release()), std::move(options));
}

void App::propagate_exceptions(bool propagate) noexcept {
    core().propagate_exceptions = propagate;
}

std::vector<RouteInfo> App::routes() const {
    core().freeze();
    std::vector<RouteInfo> routes;
    for (const auto& record : core().routing.records)
        routes.push_back({record->methods,
                          record->pattern,
                          {record->parameters.begin(), record->parameters.end()},
                          record->endpoint,
                          record->pipeline->blueprint,
                          record->where});
    return routes;
}

gateway::Gateway& App::gateway() {
    app::AppCore& app = core();
    app.freeze();
    if (!app.gateway)
        app.gateway = std::make_unique<app::AppGateway>(app.routing, app.propagate_exceptions);
    return *app.gateway;
}

}  // namespace pottle
