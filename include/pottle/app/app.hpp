// SPDX-License-Identifier: MIT
/// \file
/// App: the application: routes, blueprints, extensions. Frozen when it is first served.
#pragma once

#include <pottle/app/app_handle.hpp>
#include <pottle/app/blueprint.hpp>

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
class Session;

struct AppOptions {
    /// RT-40: routes may name their host(...). Otherwise SERVER_NAME and subdomain(...) decide.
    bool host_matching = false;
    /// APP-2: where relative folders, files of settings and resources begin. Empty: the working
    /// directory.
    std::string root_path = {};
    /// APP-4: absolute; empty: "instance" below the root path.
    std::string instance_path = {};
    /// Config::from_file() begins at the instance path instead of the root path.
    bool instance_relative_config = false;
};

/// A movable handle to one resource on the heap, so that `create_app()` can return it. References
/// from use<X>() survive the move. Extensions keep an AppHandle, never an App&.
class App : public AppHandle {
public:
    /// Errors: throws ConfigError for an instance path that is relative.
    explicit App(std::string name, AppOptions options = {});
    App(App&& other) noexcept : AppHandle(std::exchange(other.core_, nullptr)) {}
    App& operator=(App&& other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    ~App();

    /// Makes an X that lives as long as the application. Handlers take it as `X&`. When X has
    /// `install(AppHandle)`, it is called with a handle to this application.
    ///
    /// Thread: one X serves all loops at once; state that is not constant needs a lock.
    /// Errors: throws ConfigError when an X is installed already.
    template <class X, class... Args>
    X& use(Args&&... args) {
        X* extension = new X(std::forward<Args>(args)...);
        add_extension(app::type_key<X>, extension,
                      [](void* object) noexcept { delete static_cast<X*>(object); });
        if constexpr (requires { extension->install(std::declval<AppHandle>()); })
            extension->install(AppHandle(*this));
        return *extension;
    }
    /// Lets handlers take an object that the caller owns and that outlives the application.
    template <class X>
    void provide(X& object) {
        add_extension(app::type_key<X>, &object, nullptr);
    }

    /// Makes an X, a SessionInterface, that opens and saves the sessions in place of
    /// CookieSessions. Handlers take it as `X&` too.
    template <class X, class... Args>
    X& use_session_interface(Args&&... args) {
        X& sessions = use<X>(std::forward<Args>(args)...);
        set_session_interface(sessions);
        return sessions;
    }

    /// Makes an X, a JsonProvider, that writes and reads JSON in place of the usual one.
    template <class X, class... Args>
    X& use_json_provider(Args&&... args) {
        X& provider = use<X>(std::forward<Args>(args)...);
        set_json_provider(provider);
        return provider;
    }

    /// Adds the blueprint's routes under its prefix, or under `options.url_prefix` instead.
    void register_blueprint(Blueprint blueprint, BlueprintOptions options = {});

    /// Asked, in order, when url_for() finds no route: `std::optional<std::string>(const
    /// UrlBuildError&, std::string_view endpoint, const UrlValues&)`.
    template <class F>
    void url_build_error_handler(F handler) {
        using Enter = std::optional<std::string> (*)(void*, const UrlBuildError&, std::string_view,
                                                     const UrlValues&);
        const Enter enter = [](void* closure, const UrlBuildError& error, std::string_view endpoint,
                               const UrlValues& values) -> std::optional<std::string> {
            return (*static_cast<F*>(closure))(error, endpoint, values);
        };
        add_url_error_handler(app::Callee(reinterpret_cast<app::Callee::Function>(enter),
                                          new F(std::move(handler)),
                                          [](void* f) noexcept { delete static_cast<F*>(f); }));
    }

    /// Lets exceptions that no error handler answers leave the gateway instead of becoming 500:
    /// for tests.
    void propagate_exceptions(bool propagate) noexcept;

    /// Puts a middleware around the application (MW-1): the last one wrapped is the outermost. M is
    /// made as `M(gateway, args...)` when the application is first served.
    /// `app.wrap<middleware::ProxyFix>(options)`
    template <class M, class... Args>
    void wrap(Args... args) {
        auto make = [... values = std::move(args)](gateway::Gateway& inner) {
            return static_cast<gateway::Gateway*>(new M(inner, values...));
        };
        using Make = decltype(make);
        using Enter = gateway::Gateway* (*)(void*, gateway::Gateway&);
        const Enter enter = [](void* closure, gateway::Gateway& inner) {
            return (*static_cast<Make*>(closure))(inner);
        };
        add_middleware(app::Callee(reinterpret_cast<app::Callee::Function>(enter),
                                   new Make(std::move(make)),
                                   [](void* f) noexcept { delete static_cast<Make*>(f); }));
    }
    /// Serves what lies below `prefix` ("/legacy") by another application (MW-2), which sees the
    /// path behind the prefix and the prefix as its root_path. The longest prefix wins; hooks and
    /// error handlers of this application do not run for it.
    void mount(std::string prefix, App other);
    /// The same for any gateway, which the caller owns and which outlives the application.
    void mount(std::string prefix, gateway::Gateway& other);

    /// Runs one of commands(). `words` are what stands behind its name. Returns: the exit status.
    /// Errors: throws LogicError when there is none of that name, and what the command throws.
    Task<int> run_command(std::string name, std::vector<std::string> words);

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
    friend class OpenRequest;
    void add_extension(const app::TypeKey& key, void* object, void (*destroy)(void*) noexcept);
    void add_url_error_handler(app::Callee handler);
    void add_middleware(app::Callee make);
    void set_session_interface(SessionInterface& sessions);
    void set_json_provider(JsonProvider& provider);
};

}  // namespace pottle
