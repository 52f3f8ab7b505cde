// SPDX-License-Identifier: MIT
/// \file
/// AppHandle: an application without owning it: Flask's current_app. What extensions keep, and what
/// Request::app() and current_app() give.
#pragma once

#include <pottle/app/background_tasks.hpp>
#include <pottle/app/config.hpp>
#include <pottle/app/config_error.hpp>
#include <pottle/app/logger.hpp>
#include <pottle/app/scaffold.hpp>
#include <pottle/app/shutdown_event.hpp>
#include <pottle/app/signals.hpp>
#include <pottle/app/type_key.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

namespace app {
class AppCore;
}
class JsonProvider;
class SessionInterface;

/// One line of `program routes`.
struct RouteInfo {
    std::vector<std::string> methods;     ///< with the automatic HEAD and OPTIONS
    std::string pattern;                  ///< with the prefixes of its blueprints
    std::vector<std::string> parameters;  ///< names, in order
    std::string endpoint;
    std::string blueprint;  ///< dotted name, or empty
    std::string host;       ///< pattern of the host or subdomain, or empty
    SourceLine where;
};

/// One own command of the program.
struct CommandInfo {
    std::string name;
    std::string help;
};

/// Cheap to copy. Lifetime: the application's, wherever its App is moved to.
class AppHandle : public Scaffold {
public:
    explicit AppHandle(app::AppCore& core) noexcept;

    std::string_view name() const noexcept;

    /// The settings. Handlers and hooks take them as `Config&`; constant once the application
    /// serves.
    Config& config() const noexcept;

    Signals& signals() const noexcept;
    /// LOG-1: named as the application.
    Logger logger() const;
    /// Handlers take them as `BackgroundTasks&` and `ShutdownEvent&`.
    BackgroundTasks& background_tasks() const noexcept;
    ShutdownEvent& shutdown_event() const noexcept;
    /// As BackgroundTasks::add().
    template <class Fn, class... Args>
    void add_background_task(Fn fn, Args... args) const {
        background_tasks().add(std::move(fn), std::move(args)...);
    }

    /// The installed X. Errors: throws ConfigError when there is none.
    template <class X>
    X& extension() const {
        return *static_cast<X*>(find_extension(app::type_key<X>));
    }
    /// What opens and saves the sessions.
    SessionInterface& session_interface() const noexcept;
    JsonProvider& json_provider() const noexcept;

    /// An absolute URL outside of requests (UF-1): needs SERVER_NAME, unless external is false.
    /// Errors: throws UrlBuildError.
    std::string url_for(std::string_view endpoint, UrlValues values = {},
                        const UrlOptions& options = {}) const;

    /// Where relative folders and resources begin (APP-2): AppOptions::root_path, or the working
    /// directory when the application was made. Absolute.
    const std::string& root_path() const noexcept;
    /// Where the program keeps what is not part of it (APP-4): AppOptions::instance_path, or
    /// "instance" below root_path(). Absolute; nobody makes the folder.
    const std::string& instance_path() const noexcept;
    /// The content of a file below root_path(), or below instance_path(): at start-up, because it
    /// blocks (APP-12). Errors: throws ConfigError when it cannot be read.
    std::string read_resource(std::string_view name) const;
    std::string read_instance_resource(std::string_view name) const;

    /// The commands of the application and its blueprints, "todos seed" below a group.
    std::vector<CommandInfo> commands() const;
    /// Every route in the order of registration.
    std::vector<RouteInfo> routes() const;

    /// Ends the server in order, as SIGTERM does; does nothing in tests. Thread: any.
    void shut_down() const noexcept;

protected:
    explicit AppHandle(app::ScaffoldCore* core) noexcept : Scaffold(core) {}
    app::AppCore& core() const noexcept;

private:
    void* find_extension(const app::TypeKey& key) const;
};

}  // namespace pottle
