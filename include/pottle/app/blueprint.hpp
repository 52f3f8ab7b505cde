// SPDX-License-Identifier: MIT
/// \file
/// Blueprint: a part of an application with its own prefix, hooks and error handlers, made apart
/// and registered once.
#pragma once

#include <pottle/app/scaffold.hpp>

#include <optional>
#include <string>
#include <utility>

namespace pottle {

/// What is not set stays as it was: at registration these replace the blueprint's own.
struct BlueprintOptions {
    std::optional<std::string> url_prefix{};  ///< "/api"; starts with a slash
    std::optional<std::string> name{};        ///< at registration only
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

private:
    friend class App;
    explicit Blueprint(app::ScaffoldCore* core) noexcept;
    app::ScaffoldCore* release() noexcept { return std::exchange(core_, nullptr); }
};

}  // namespace pottle
