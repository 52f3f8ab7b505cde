// SPDX-License-Identifier: MIT
/// \file
/// Routing: the frozen tables that every request reads: the router, the routes it knows by number,
/// and the hooks around them.
#pragma once

#include "file_cache.hpp"
#include "limits.hpp"
#include "per_loop.hpp"
#include "pipeline.hpp"
#include "router.hpp"
#include "url_map.hpp"

#include <pottle/app/json_provider.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/app/signals.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace pottle {
class Templates;
}

namespace pottle::app {

class AppCore;

/// A resource; const after freezing.
struct Routing {
    Router router{};
    std::string application_name{};
    std::string request_id_header{};  ///< lower case; empty: own ids
    mutable std::atomic<std::uint64_t> last_request_id{0};
    UrlMap urls{};
    UrlRoots url_roots{};
    std::vector<UrlErrorHook> url_errors{};  ///< UF-9, in order
    Limits limits{};
    std::vector<std::unique_ptr<RouteRecord>> records{};  ///< by the router's numbers
    Pipeline application{};                               ///< of requests without a blueprint
    std::vector<std::unique_ptr<Pipeline>> blueprints{};
    const JsonProvider* json = nullptr;
    SessionInterface* sessions = nullptr;
    const Templates* templates = nullptr;  ///< null: not installed
    const Signals* signals = nullptr;
    AppCore* app = nullptr;
    bool traces_coroutines = false;  ///< for the debug page
    std::size_t max_flashes = 0;
    /// Not of the tables: each loop writes its own.
    std::unique_ptr<PerLoop<FileCache>> file_caches = std::make_unique<PerLoop<FileCache>>();
    mutable std::atomic<bool> foreign_host_told{false};  ///< logged already; guards nothing else
};

}  // namespace pottle::app
