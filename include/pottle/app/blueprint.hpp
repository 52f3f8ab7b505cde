// SPDX-License-Identifier: MIT
/// \file
/// Blueprint: a part of an application with its own prefix, hooks and error handlers, made apart
/// and registered once.
#pragma once

#include <pottle/app/scaffold.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pottle {

/// What is not set stays as it was: at registration these replace the blueprint's own.
struct BlueprintOptions {
    /// "/api"; starts with a slash. Parameters in it ("/<lang>") are not the handlers':
    /// Request::view_arg() has their text.
    std::optional<std::string> url_prefix{};
    std::optional<std::string> name{};       ///< at registration only
    std::optional<std::string> subdomain{};  ///< "admin", "<user>"; nested: "child.parent"
    UrlValues url_defaults{};                ///< for the defaults of all its routes
    /// Name below which its commands stand, instead of the blueprint's; empty: the program itself.
    std::optional<std::string> cli_group{};
    /// Looked into behind the application's folder, in the order of registration (templates.hpp).
    std::optional<std::string> template_folder{};
    /// Where its relative folders begin, instead of the application's root path.
    std::string root_path{};
    bool append_prefix = false;  ///< at registration: before the own prefix
};

/// What a recorded function is told (BP-11).
struct BlueprintSetup {
    std::string_view name;        ///< dotted
    std::string_view url_prefix;  ///< with those of its parents
};

/// A movable handle to one resource on the heap.
class Blueprint : public Scaffold {
public:
    /// `name` must not be empty or contain a dot. Endpoints are "name.endpoint".
    explicit Blueprint(std::string name, BlueprintOptions options = {},
                       const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
    Blueprint(Blueprint&& other) noexcept : Scaffold(std::exchange(other.core_, nullptr)) {}
    Blueprint& operator=(Blueprint&& other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    ~Blueprint();

    /// Nests `child`: its prefix and its name come behind this blueprint's.
    void register_blueprint(Blueprint child, BlueprintOptions options = {});

    /// Calls `setup(app, state)` when the application freezes: `app` is the application's
    /// Scaffold, `state` a const BlueprintSetup&.
    template <class F>
    void record(F setup) {
        using Enter = void (*)(void*, Scaffold, const BlueprintSetup&);
        const Enter enter = [](void* closure, Scaffold app, const BlueprintSetup& state) {
            (*static_cast<F*>(closure))(app, state);
        };
        add_record(app::Callee(reinterpret_cast<app::Callee::Function>(enter),
                               new F(std::move(setup)),
                               [](void* f) noexcept { delete static_cast<F*>(f); }));
    }

private:
    friend class App;
    void add_record(app::Callee setup);
    explicit Blueprint(app::ScaffoldCore* core) noexcept;
    app::ScaffoldCore* release() noexcept { return std::exchange(core_, nullptr); }
};

}  // namespace pottle
