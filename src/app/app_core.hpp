// SPDX-License-Identifier: MIT
/// \file
/// AppCore: what stands behind an App: the root of its blueprints, its extensions, and from the
/// first use on its frozen tables.
#pragma once

#include "app_gateway.hpp"
#include "background_core.hpp"
#include "scaffold_core.hpp"
#include "task_context.hpp"

#include <pottle/app/app.hpp>
#include <pottle/app/arguments.hpp>
#include <pottle/app/background_tasks.hpp>
#include <pottle/app/config.hpp>
#include <pottle/app/json_provider.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/app/shutdown_event.hpp>
#include <pottle/app/signals.hpp>

#include <exception>
#include <memory>
#include <vector>

namespace pottle::app {

/// An installed extension. Owned when `destroy` is set.
struct Extension {
    const TypeKey* key;
    void* object;
    void (*destroy)(void*) noexcept;
};

class AppCore final : public ScaffoldCore {
public:
    AppCore(std::string app_name, AppOptions&& app_options);
    ~AppCore() override;

    /// Makes the tables from what was registered; does nothing the second time.
    /// Errors: throws ConfigError, the same again whenever it is called later.
    void freeze();
    std::exception_ptr freeze_failure{};

    Arguments arguments{};
    std::vector<AppCommand> frozen_commands{};

    ErrorPolicy error_policy() const;
    void* find_extension(const TypeKey& key) const noexcept;

    AppOptions options;
    std::string instance_path{};
    AppContext context{*this};  ///< of background tasks and serving hooks
    Config config{};
    ServerStats stats{};  ///< the server counts in it
    Signals signals{};
    BackgroundCore background{signals, stats, context};
    BackgroundTasks background_tasks{background};
    ShutdownEvent shutdown_event{background};
    std::vector<Extension> extensions{};
    JsonProvider default_json{};
    JsonProvider* json = &default_json;
    CookieSessions cookie_sessions{};
    SessionInterface* sessions = &cookie_sessions;
    bool propagate_exceptions = false;
    Routing routing{};
    std::unique_ptr<AppGateway> gateway{};

    struct Mount {
        std::string prefix;
        std::unique_ptr<App> app;  ///< null when the caller owns the gateway
        gateway::Gateway* gateway = nullptr;
    };
    std::vector<Mount> mounts{};
    std::vector<Callee> middleware_makers{};  ///< the innermost first
    /// What stands around `gateway`, the innermost first.
    std::vector<std::unique_ptr<gateway::Gateway>> around{};
    gateway::Gateway* outermost = nullptr;

    gateway::Gateway& ensure_gateway();
    /// Makes what stands around the application's own gateway. Returns: the outermost.
    gateway::Gateway& wrap_gateway();
};

}  // namespace pottle::app
