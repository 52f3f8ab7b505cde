// SPDX-License-Identifier: MIT
#include "app_core.hpp"

#include <pottle/app/app.hpp>
#include <pottle/middleware/dispatcher.hpp>
#include <pottle/middleware/trusted_hosts.hpp>

#include <filesystem>

#include <fmt/format.h>

namespace pottle {

namespace app {

AppCore::AppCore(std::string app_name, AppOptions&& app_options)
    : ScaffoldCore(std::move(app_name), {}, {}), options(std::move(app_options)) {
    const auto absolute = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    root_path = absolute(options.root_path.empty() ? "." : options.root_path);
    while (root_path.size() > 1 && root_path.ends_with('/')) root_path.pop_back();
    instance_path = options.instance_path.empty() ? resolve_path(root_path, "instance")
                                                  : std::move(options.instance_path);
    if (!instance_path.starts_with('/'))
        throw ConfigError(fmt::format("the instance path \"{}\" must be absolute", instance_path));
    if (options.instance_relative_config)
        config.set_folder(instance_path);
    else if (!options.root_path.empty())
        config.set_folder(root_path);
}

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
    try {
        outermost = &wrap_gateway();
    } catch (...) {
        // Nobody may be served without what failed: a guard, for instance.
        while (!around.empty()) around.pop_back();
        throw;
    }
    return *outermost;
}

gateway::Gateway& AppCore::wrap_gateway() {
    gateway::Gateway* outer = gateway.get();
    const auto wrap = [&](std::unique_ptr<gateway::Gateway> made) {
        outer = made.get();
        around.push_back(std::move(made));
    };
    if (const auto hosts = config.get<std::optional<std::vector<std::string>>>("TRUSTED_HOSTS"))
        wrap(std::make_unique<middleware::TrustedHosts>(*outer, *hosts));
    if (!mounts.empty()) {
        auto dispatcher = std::make_unique<middleware::Dispatcher>(outer);
        for (const Mount& mount : mounts)
            dispatcher->mount(mount.prefix, mount.app ? mount.app->gateway() : *mount.gateway);
        wrap(std::move(dispatcher));
    }
    using Enter = gateway::Gateway* (*)(void*, gateway::Gateway&);
    for (const Callee& make : middleware_makers)
        wrap(std::unique_ptr<gateway::Gateway>(
            reinterpret_cast<Enter>(make.function())(make.closure(), *outer)));
    return *outer;
}

}  // namespace app

App::App(std::string name, AppOptions options)
    : AppHandle(*new app::AppCore(std::move(name), std::move(options))) {
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

void App::set_json_provider(JsonProvider& provider) {
    core_->require_open();
    core().json = &provider;
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
    throw ConfigError(fmt::format(
        "{} is installed twice: handlers get it by its type, so an application holds one. Look for "
        "the other app.use<{}>() or app.provide(), or give the second a type of its own.",
        key.name, key.name));
}

void App::register_blueprint(Blueprint blueprint, BlueprintOptions options) {
    core_->add_child(std::unique_ptr<app::ScaffoldCore>(blueprint.release()), std::move(options));
}

void App::add_url_error_handler(app::Callee handler) {
    core_->require_open();
    core().routing.url_errors.push_back({std::move(handler)});
}

void App::propagate_exceptions(bool propagate) noexcept {
    core().propagate_exceptions = propagate;
}

Task<int> App::run_command(std::string name, std::vector<std::string> words) {
    app::AppCore& app = core();  // the handle may be moved meanwhile
    app.freeze();
    for (const app::AppCommand& command : app.frozen_commands) {
        if (command.name != name) continue;
        app.arguments = {};
        app.arguments.parse(words);
        const app::BoundServingHook& bound = *command.hook;
        async::CancelScope& scope = co_await async::current_scope();
        scope.set_context(&app.context);
        co_await bound.hook.run(bound.hook.callee, bound.extensions.data());
        co_return app.arguments.exit_status();
    }
    POTTLE_REQUIRE(false, "there is no command of that name");
    co_return 0;
}

void App::add_middleware(app::Callee make) {
    core_->require_open();
    core().middleware_makers.push_back(std::move(make));
}

void App::mount(std::string prefix, App other) {
    core_->require_open();
    other.core().stats.follow(core().stats);
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
