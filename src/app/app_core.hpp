// SPDX-License-Identifier: MIT
/// \file
/// AppCore: what stands behind an App: the root of its blueprints, its extensions, and from the
/// first use on its frozen tables.
#pragma once

#include "dispatcher.hpp"
#include "scaffold_core.hpp"

#include <pottle/app/config.hpp>
#include <pottle/app/json_provider.hpp>
#include <pottle/app/session_interface.hpp>

#include <memory>
#include <vector>

namespace pottle::app {

/// An installed extension. Owned when `destroy` is set.
struct Extension {
    const TypeKey* key;
    void* object;
    void (*destroy)(void*) noexcept;
};

/// The application as the server sees it.
class AppGateway final : public gateway::Gateway {
public:
    AppGateway(const Routing& routing, bool propagate_exceptions)
        : routing_(routing), dispatcher_(routing, propagate_exceptions) {}
    gateway::Outcome start(gateway::Exchange& exchange) override {
        return dispatcher_.start(exchange);
    }
    gateway::Outcome start_websocket(gateway::Websocket& socket) override {
        return dispatcher_.start_websocket(socket);
    }
    void loop_started(async::Executor& loop) override { routing_.file_caches->start(loop); }
    void loop_stopped(async::Executor& loop) noexcept override { routing_.file_caches->stop(loop); }

private:
    const Routing& routing_;
    Dispatcher dispatcher_;
};

class AppCore final : public ScaffoldCore {
public:
    explicit AppCore(std::string app_name) : ScaffoldCore(std::move(app_name), {}, {}) {}
    ~AppCore() override;

    /// Makes the tables from what was registered; does nothing the second time.
    void freeze();

    void* find_extension(const TypeKey& key) const noexcept;

    Config config{};
    std::vector<Extension> extensions{};
    JsonProvider default_json{};
    JsonProvider* json = &default_json;
    CookieSessions cookie_sessions{};
    SessionInterface* sessions = &cookie_sessions;
    bool propagate_exceptions = false;
    Routing routing{};
    std::unique_ptr<AppGateway> gateway{};
};

}  // namespace pottle::app
