// SPDX-License-Identifier: MIT
#include "app_core.hpp"
#include "make_url.hpp"

#include <pottle/app/app_handle.hpp>
#include <pottle/app/config_error.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace pottle {

AppHandle::AppHandle(app::AppCore& core) noexcept : Scaffold(core) {}

app::AppCore& AppHandle::core() const noexcept {
    return static_cast<app::AppCore&>(*core_);
}

std::string_view AppHandle::name() const noexcept {
    return core_->name;
}

Signals& AppHandle::signals() const noexcept {
    return core().signals;
}

Logger AppHandle::logger() const {
    return Logger(core_->name);
}

BackgroundTasks& AppHandle::background_tasks() const noexcept {
    return core().background_tasks;
}

ShutdownEvent& AppHandle::shutdown_event() const noexcept {
    return core().shutdown_event;
}

Config& AppHandle::config() const noexcept {
    return core().config;
}

JsonProvider& AppHandle::json_provider() const noexcept {
    return *core().json;
}

SessionInterface& AppHandle::session_interface() const noexcept {
    return *core().sessions;
}

void* AppHandle::find_extension(const app::TypeKey& key) const {
    if (void* found = core().find_extension(key)) return found;
    throw ConfigError(fmt::format("{} is not installed: add app.use<{}>(...)", key.name, key.name));
}

std::string AppHandle::url_for(std::string_view endpoint, UrlValues values,
                               const UrlOptions& options) const {
    core().freeze();
    return app::make_url(core().routing, nullptr, endpoint, std::move(values), options);
}

std::vector<CommandInfo> AppHandle::commands() const {
    core().freeze();
    std::vector<CommandInfo> commands;
    for (const app::AppCommand& command : core().frozen_commands)
        commands.push_back({command.name, command.help});
    return commands;
}

std::vector<RouteInfo> AppHandle::routes() const {
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

const std::string& AppHandle::root_path() const noexcept {
    return core().root_path;
}

const std::string& AppHandle::instance_path() const noexcept {
    return core().instance_path;
}

namespace {
std::string read_below(const std::string& folder, std::string_view name) {
    const std::string path = app::resolve_path(folder, name);
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        throw ConfigError(
            fmt::format("the resource {} cannot be read: {}", path, std::strerror(errno)));
    return std::move(text).str();
}
}  // namespace

std::string AppHandle::read_resource(std::string_view name) const {
    return read_below(root_path(), name);
}

std::string AppHandle::read_instance_resource(std::string_view name) const {
    return read_below(instance_path(), name);
}

void AppHandle::shut_down() const noexcept {
    core().background.shut_down();
}

}  // namespace pottle
