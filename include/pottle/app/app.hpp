// SPDX-License-Identifier: MIT
/// \file
/// App: the application: routes, blueprints, extensions. Frozen when it is first served.
#pragma once

#include <pottle/app/blueprint.hpp>
#include <pottle/app/config.hpp>
#include <pottle/app/config_error.hpp>
#include <pottle/app/type_key.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

namespace gateway {
class Exchange;
class Gateway;
}  // namespace gateway
namespace app {
class AppCore;
}
class JsonProvider;
class Session;
class SessionInterface;

/// One line of `program routes`.
struct RouteInfo {
    std::vector<std::string> methods;     ///< with the automatic HEAD and OPTIONS
    std::string pattern;                  ///< with the prefixes of its blueprints
    std::vector<std::string> parameters;  ///< names, in order
    std::string endpoint;
    std::string blueprint;  ///< dotted name, or empty
    SourceLine where;
};

/// A movable handle to one resource on the heap, so that `create_app()` can return it. References
/// from use<X>() survive the move. Extensions keep a Scaffold, never an App&.
class App : public Scaffold {
public:
    explicit App(std::string name);
    App(App&& other) noexcept : Scaffold(std::exchange(other.core_, nullptr)) {}
    App& operator=(App&& other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    ~App();

    std::string_view name() const noexcept;

    /// The settings. Handlers and hooks take them as `Config&`; constant once the application
    /// serves.
    Config& config() const noexcept;

    /// Makes an X that lives as long as the application. Handlers take it as `X&`. When X has
    /// `install(Scaffold)`, it is called with a handle to this application.
    ///
    /// Thread: one X serves all loops at once; state that is not constant needs a lock.
    /// Errors: throws ConfigError when an X is installed already.
    template <class X, class... Args>
    X& use(Args&&... args) {
        X* extension = new X(std::forward<Args>(args)...);
        add_extension(app::type_key<X>, extension,
                      [](void* object) noexcept { delete static_cast<X*>(object); });
        if constexpr (requires { extension->install(std::declval<Scaffold>()); })
            extension->install(Scaffold(*core_));
        return *extension;
    }
    /// Lets handlers take an object that the caller owns and that outlives the application.
    template <class X>
    void provide(X& object) {
        add_extension(app::type_key<X>, &object, nullptr);
    }
    /// The installed X. Errors: throws ConfigError when there is none.
    template <class X>
    X& extension() const {
        return *static_cast<X*>(find_extension(app::type_key<X>));
    }

    /// Makes an X, a SessionInterface, that opens and saves the sessions in place of
    /// CookieSessions. Handlers take it as `X&` too.
    template <class X, class... Args>
    X& use_session_interface(Args&&... args) {
        X& sessions = use<X>(std::forward<Args>(args)...);
        set_session_interface(sessions);
        return sessions;
    }
    /// What opens and saves the sessions.
    SessionInterface& session_interface() const noexcept;

    /// Makes an X, a JsonProvider, that writes and reads JSON in place of the usual one.
    template <class X, class... Args>
    X& use_json_provider(Args&&... args) {
        X& provider = use<X>(std::forward<Args>(args)...);
        set_json_provider(provider);
        return provider;
    }
    JsonProvider& json_provider() const noexcept;

    /// Adds the blueprint's routes under its prefix, or under `options.url_prefix` instead.
    void register_blueprint(Blueprint blueprint, BlueprintOptions options = {});

    /// Lets exceptions that no error handler answers leave the gateway instead of becoming 500:
    /// for tests.
    void propagate_exceptions(bool propagate) noexcept;

    /// Every route in the order of registration.
    std::vector<RouteInfo> routes() const;

    /// The application as the server sees it. The first call freezes it: routes, hooks and
    /// extensions can no longer change.
    ///
    /// Errors: throws ConfigError: a pattern twice, a missing extension, ...; the sentence names
    ///         the source lines.
    gateway::Gateway& gateway();

    /// Opens the session of the exchange's client, calls `change(data, session)` and saves it, all
    /// outside of a request: what a test client's session_transaction() does.
    ///
    /// Lifetime: exchange and data until the task ends. Errors: throws LogicError when sessions
    /// cannot be changed.
    Task<> edit_session(gateway::Exchange& exchange, void (*change)(void*, Session&), void* data);

private:
    app::AppCore& core() const noexcept;
    void add_extension(const app::TypeKey& key, void* object, void (*destroy)(void*) noexcept);
    void* find_extension(const app::TypeKey& key) const;
    void set_session_interface(SessionInterface& sessions);
    void set_json_provider(JsonProvider& provider);
};

}  // namespace pottle
