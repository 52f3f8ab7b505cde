// SPDX-License-Identifier: MIT
#include "app_core.hpp"
#include "make_url.hpp"

#include <pottle/app/app.hpp>
#include <pottle/middleware/dispatcher.hpp>
#include <pottle/middleware/trusted_hosts.hpp>

#include <fmt/format.h>

namespace pottle {

namespace app {

AppCore::~AppCore() {
    // Handlers may refer to extensions, and younger extensions to older ones.
    while (!around.empty()) around.pop_back();  // the outermost first
    mounts.clear();
    gateway.reset();
    routing.records.clear();
    routing.blueprints.clear();
    routing.url_errors.clear();
    routes.clear();
    children.clear();
    frozen_commands.clear();
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

ErrorPolicy AppCore::error_policy() const {
    const bool debug = config.get<bool>("DEBUG");
    const bool testing = config.get<bool>("TESTING");
    ErrorPolicy policy;
    policy.propagate = propagate_exceptions ||
                       config.get<std::optional<bool>>("PROPAGATE_EXCEPTIONS").value_or(testing);
    policy.debug_page = debug && !policy.propagate;
    policy.trap_http = config.get<bool>("TRAP_HTTP_EXCEPTIONS");
    policy.trap_bad_request =
        config.get<std::optional<bool>>("TRAP_BAD_REQUEST_ERRORS").value_or(debug);
    return policy;
}

gateway::Gateway& AppCore::ensure_gateway() {
    freeze();
    if (outermost) return *outermost;
    gateway = std::make_unique<AppGateway>(*this, error_policy());
    outermost = gateway.get();
    const auto wrap = [this](std::unique_ptr<gateway::Gateway> made) {
        outermost = made.get();
        around.push_back(std::move(made));
    };
    if (const auto hosts = config.get<std::optional<std::vector<std::string>>>("TRUSTED_HOSTS"))
        wrap(std::make_unique<middleware::TrustedHosts>(*outermost, *hosts));
    if (!mounts.empty()) {
        auto dispatcher = std::make_unique<middleware::Dispatcher>(outermost);
        for (const Mount& mount : mounts)
            dispatcher->mount(mount.prefix, mount.app ? mount.app->gateway() : *mount.gateway);
        wrap(std::move(dispatcher));
    }
    using Enter = gateway::Gateway* (*)(void*, gateway::Gateway&);
    for (const Callee& make : middleware_makers)
        wrap(std::unique_ptr<gateway::Gateway>(
            reinterpret_cast<Enter>(make.function())(make.closure(), *outermost)));
    return *outermost;
}

}  // namespace app

App::App(std::string name, AppOptions options)
    : Scaffold(*new app::AppCore(std::move(name), std::move(options))) {
    app::AppCore& own = core();
    provide(own.config);
    provide(own.stats);
    provide(own.signals);
    provide(own.background_tasks);
    provide(own.shutdown_event);
    provide(own.arguments);
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

Signals& App::signals() const noexcept {
    return core().signals;
}

Logger App::logger() const {
    return Logger(core_->name);
}

BackgroundTasks& App::background_tasks() const noexcept {
    return core().background_tasks;
}

ShutdownEvent& App::shutdown_event() const noexcept {
    return core().shutdown_event;
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

std::string App::url_for(std::string_view endpoint, UrlValues values,
                         const UrlOptions& options) const {
    core().freeze();
    return app::make_url(core().routing, nullptr, endpoint, std::move(values), options);
}

void App::add_url_error_handler(app::Callee handler) {
    core_->require_open();
    core().routing.url_errors.push_back({std::move(handler)});
}

void App::propagate_exceptions(bool propagate) noexcept {
    core().propagate_exceptions = propagate;
}

std::vector<CommandInfo> App::commands() const {
    core().freeze();
    std::vector<CommandInfo> commands;
    for (const app::AppCommand& command : core().frozen_commands)
        commands.push_back({command.name, command.help});
    return commands;
}

Task<int> App::run_command(std::string name, std::vector<std::string> words) {
    app::AppCore& app = core();  // the handle may be moved meanwhile
    app.freeze();
    for (const app::AppCommand& command : app.frozen_commands) {
        if (command.name != name) continue;
        app.arguments = {};
        app.arguments.parse(words);
        const app::BoundServingHook& bound = *command.hook;
        co_await bound.hook.run(bound.hook.callee, bound.extensions.data());
        co_return app.arguments.exit_status();
    }
    POTTLE_REQUIRE(false, "there is no command of that name");
    co_return 0;
}

std::vector<RouteInfo> App::routes() const {
    core().freeze();
    std::vector<RouteInfo> routes;
    for (const auto& record : core().routing.records)
        routes.push_back(
            {record->methods,
             record->pattern,
             {record->parameters.begin(),
              record->parameters.begin() + static_cast<std::ptrdiff_t>(record->pattern_parameters)},
             record->endpoint,
             record->pipeline->blueprint,
             record->settings.host,
             record->where});
    return routes;
}

void App::add_middleware(app::Callee make) {
    core_->require_open();
    core().middleware_makers.push_back(std::move(make));
}

void App::mount(std::string prefix, App other) {
    core_->require_open();
    core().mounts.push_back({std::move(prefix), std::make_unique<App>(std::move(other)), nullptr});
}

void App::mount(std::string prefix, gateway::Gateway& other) {
    core_->require_open();
    core().mounts.push_back({std::move(prefix), nullptr, &other});
}

gateway::Gateway& App::gateway() {
    return core().ensure_gateway();
}

}  // namespace pottle
