// SPDX-License-Identifier: MIT
/// \file
/// Pipeline: the hooks and error handlers that apply to a route, in running order. One per
/// blueprint and one for the application, made when the app freezes.
#pragma once

#include "scaffold_core.hpp"

#include <exception>
#include <string>
#include <vector>

namespace pottle {
class HTTPException;
}

namespace pottle::app {

/// The error handlers of one blueprint or of the application.
class ErrorTable {
public:
    void add(const ErrorHandler& handler);
    /// Sorts handlers by type so that a derived type comes before its bases.
    void sort();

    bool empty() const noexcept { return by_status_.empty() && by_type_.empty(); }
    const BoundHandler* find(int status) const noexcept;
    /// Sets `object` to the exception as the handler's type.
    const BoundHandler* find(const std::exception_ptr& error, const void*& object) const;

private:
    std::vector<const ErrorHandler*> by_status_, by_type_;
};

/// Hooks of a whole chain of blueprints, in the order in which they run.
struct HookChain {
    std::vector<const BoundHandler*> before, after, teardown;

    bool has_hooks() const noexcept {
        return !before.empty() || !after.empty() || !teardown.empty();
    }
};

/// What applies to the requests of one blueprint, and to its websockets.
struct Pipeline : HookChain {
    std::string blueprint;             ///< dotted name, empty for the application
    const Pipeline* parent = nullptr;  ///< the next one outwards
    HookChain websocket;
    /// Of the whole chain, the application's first.
    std::vector<const UrlDefaultsHook*> url_defaults;
    ErrorTable errors;  ///< its own

    /// True when the application answers errors in its own way, here or further out.
    bool has_error_handlers() const noexcept {
        return !errors.empty() || (parent && parent->has_error_handlers());
    }
    /// ERR-4: by status, innermost first.
    const BoundHandler* find_error_handler(int status) const noexcept;
    /// ERR-4: by type, innermost first.
    const BoundHandler* find_error_handler(const std::exception_ptr& error,
                                           const void*& object) const;
};

}  // namespace pottle::app
