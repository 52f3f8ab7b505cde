// SPDX-License-Identifier: MIT
/// \file
/// Scaffold: what App and Blueprint share: routes, hooks and error handlers. Thin templates over
/// one core without templates (src/app/scaffold_core.hpp).
#pragma once

#include <pottle/app/make_handler.hpp>
#include <pottle/app/route_option.hpp>
#include <pottle/app/route_pattern.hpp>

#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace pottle {

class HTTPException;

namespace app {

class ScaffoldCore;

/// How the core recognises an exception type without knowing it.
struct ErrorType {
    const TypeKey* key;
    /// Returns: the exception as this type, or nullptr when it is not one.
    const void* (*match)(const std::exception_ptr& error);
    /// Throws a null pointer to the type, and catches one: so the core finds out, in standard C++,
    /// which of two types derives from the other.
    void (*throw_pointer)();
    bool (*catches_pointer)(void (*throw_pointer)());
};

namespace detail {

template <class E>
const void* match_error(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const E& caught) {
        return &caught;  // lives as long as `error`
    } catch (...) {
        return nullptr;
    }
}
template <class E>
void throw_pointer() {
    throw static_cast<E*>(nullptr);
}
template <class E>
bool catches_pointer(void (*throw_other)()) {
    try {
        throw_other();
    } catch (E*) {
        return true;
    } catch (...) {
    }
    return false;
}

}  // namespace detail

template <class E>
inline constexpr ErrorType error_type{&type_key<E>, &detail::match_error<E>,
                                      &detail::throw_pointer<E>, &detail::catches_pointer<E>};

/// E of a handler that takes `const E&`.
template <class Signature>
struct ErrorOf {
    using type = void;
};
template <class R, class E, class... A>
struct ErrorOf<R(const E&, A...)> {
    using type = E;
};

}  // namespace app

/// Where hooks run.
enum class Reach : std::uint8_t {
    Own,  ///< for requests routed to this blueprint or one below it; on an App: for every request
    App   ///< for every request of the application
};

/// How a folder of files is served.
struct StaticOptions {
    /// "/static"; absent: a slash and the last part of the folder's name.
    std::optional<std::string> url_path = {};
    SendFileOptions files = {};
    std::string endpoint = "static";
    /// "index.html": what a URL that ends with a slash stands for; empty: nothing (404).
    std::string index = {};
};

/// A handle to routes, hooks and error handlers. Non-owning and cheap to copy in this base: what
/// an extension keeps (App and Blueprint own what they refer to).
///
/// Errors: every member function throws ConfigError with a sentence that names the source line.
class Scaffold {
public:
    explicit Scaffold(app::ScaffoldCore& core) noexcept : core_(&core) {}

    // ---- routes. `options`: see route_option.hpp. A member function is followed by its object:
    // app.get("/items", &Shop::items, shop).
    template <class H, class... O>
    void get(RoutePattern<H> pattern, H handler, O&&... options) {
        add("GET", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void post(RoutePattern<H> pattern, H handler, O&&... options) {
        add("POST", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void put(RoutePattern<H> pattern, H handler, O&&... options) {
        add("PUT", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void patch(RoutePattern<H> pattern, H handler, O&&... options) {
        add("PATCH", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void del(RoutePattern<H> pattern, H handler, O&&... options) {
        add("DELETE", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void head(RoutePattern<H> pattern, H handler, O&&... options) {
        add("HEAD", pattern, std::move(handler), static_cast<O&&>(options)...);
    }
    template <class H, class... O>
    void options(RoutePattern<H> pattern, H handler, O&&... route_options) {
        add("OPTIONS", pattern, std::move(handler), static_cast<O&&>(route_options)...);
    }
    /// GET unless the option methods(...) says otherwise.
    template <class H, class... O>
    void route(RoutePattern<H> pattern, H handler, O&&... options) {
        add("GET", pattern, std::move(handler), static_cast<O&&>(options)...);
    }

    /// Serves the files of a folder at `<url_path>/<path:filename>`, endpoint "static":
    /// `app.static_folder("static")`. A relative folder begins at the working directory. Files
    /// outside of it are not reachable, through links neither (StaticOptions::files.symlinks).
    void static_folder(std::string folder, StaticOptions options = {},
                       const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
    /// A websocket; its handler is a coroutine that takes `Websocket&`. It coexists with a route of
    /// GET on the same path.
    template <class H, class... O>
    void websocket(WebsocketPattern<H> pattern, H handler, O&&... options) {
        if constexpr (std::is_member_function_pointer_v<H>)
            add_websocket_member(pattern, handler, static_cast<O&&>(options)...);
        else
            finish_route(
                add_websocket_route(pattern.text, pattern.where,
                                    app::make_handler<app::Role::Websocket>(std::move(handler))),
                options...);
    }

    // ---- hooks. They take any injectable parameters, plain or as coroutines.
    /// Runs before the handler, in the order of registration, the application's first. A result
    /// that is neither nothing nor an empty optional is the response.
    template <class H>
    void before_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::Role::Before, app::make_handler<app::Role::Before>(std::move(hook)), reach);
    }
    /// Runs after the handler, in the opposite order; changes the `Response&` or returns another.
    template <class H>
    void after_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::Role::After, app::make_handler<app::Role::After>(std::move(hook)), reach);
    }
    /// Runs when the request is over, also after errors and cancellation; may take the
    /// std::exception_ptr that nobody handled. What it throws is only logged.
    template <class H>
    void teardown_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::Role::Teardown, app::make_handler<app::Role::Teardown>(std::move(hook)),
                 reach);
    }

    /// The same around websockets: a result of before_websocket is the answer to the handshake.
    template <class H>
    void before_websocket(H hook, Reach reach = Reach::Own) {
        add_websocket_hook(app::Role::Before, app::make_handler<app::Role::Before>(std::move(hook)),
                           reach);
    }
    /// Runs when the handler has returned or refused, not when it was cut off because the client is
    /// gone; the `Response&` only counts when the websocket was not accepted.
    template <class H>
    void after_websocket(H hook, Reach reach = Reach::Own) {
        add_websocket_hook(app::Role::After, app::make_handler<app::Role::After>(std::move(hook)),
                           reach);
    }
    /// Runs when the websocket is over, whatever happened.
    template <class H>
    void teardown_websocket(H hook, Reach reach = Reach::Own) {
        add_websocket_hook(app::Role::Teardown,
                           app::make_handler<app::Role::Teardown>(std::move(hook)), reach);
    }

    // ---- error handlers. The result is a response, with status 200 unless it says otherwise.
    /// Answers exceptions of type E and of types derived from it; the handler nearest to the
    /// thrown type wins. `app.errorhandler<OutOfStock>([](const OutOfStock& e) { ... })`
    template <class E, class H>
    void errorhandler(H handler, Reach reach = Reach::Own) {
        using Wanted = typename app::ErrorOf<app::SignatureOfHandler<H>>::type;
        static_assert(std::is_void_v<Wanted> || std::is_same_v<Wanted, E>,
                      "pottle: errorhandler<E> takes the exception as const E&, with the same E");
        add_error_handler(app::error_type<E>,
                          app::make_handler<app::Role::Error>(std::move(handler)), reach);
    }
    /// The same, with E taken from the handler's first parameter.
    template <class H>
        requires(!std::is_void_v<typename app::ErrorOf<app::SignatureOfHandler<H>>::type>)
    void errorhandler(H handler, Reach reach = Reach::Own) {
        errorhandler<typename app::ErrorOf<app::SignatureOfHandler<H>>::type>(std::move(handler),
                                                                              reach);
    }
    /// Answers HTTP errors of one status, before any handler by type. For 500 the handler also gets
    /// what nobody else handled, wrapped in an HTTPException.
    template <class H>
    void errorhandler(int status, H handler, Reach reach = Reach::Own) {
        using Wanted = typename app::ErrorOf<app::SignatureOfHandler<H>>::type;
        static_assert(std::is_void_v<Wanted> || std::is_same_v<Wanted, HTTPException>,
                      "pottle: errorhandler(status, ...) takes the error as const HTTPException&");
        add_error_handler(status, app::make_handler<app::Role::Error>(std::move(handler)), reach);
    }

protected:
    explicit Scaffold(app::ScaffoldCore* core) noexcept : core_(core) {}

    template <class H, class... O>
    void add(std::string_view method, const RoutePattern<H>& pattern, H handler, O&&... options) {
        if constexpr (std::is_member_function_pointer_v<H>) {
            add_member(method, pattern, handler, static_cast<O&&>(options)...);
        } else {
            finish_route(add_route(method, pattern.text, pattern.where,
                                   app::make_handler<app::Role::Handler>(std::move(handler))),
                         options...);
        }
    }
    template <class Pattern, class M, class T, class... O>
    void add_member(std::string_view method, const Pattern& pattern, M member, T&& object,
                    const O&... options) {
        finish_route(add_route(method, pattern.text, pattern.where,
                               app::make_handler<app::Role::Handler>(
                                   app::bind_member(member, static_cast<T&&>(object)))),
                     options...);
    }
    template <class Pattern, class M, class T, class... O>
    void add_websocket_member(const Pattern& pattern, M member, T&& object, const O&... options) {
        finish_route(add_websocket_route(pattern.text, pattern.where,
                                         app::make_handler<app::Role::Websocket>(
                                             app::bind_member(member, static_cast<T&&>(object)))),
                     options...);
    }
    template <class... O>
    static void finish_route([[maybe_unused]] RouteSettings& settings, const O&... options) {
        static_assert((RouteOption<O> && ...),
                      "pottle: what follows the handler must be route options: endpoint(...), "
                      "methods(...), body_limit(...) or a type with apply(RouteSettings&)");
        if constexpr ((RouteOption<O> && ...)) {
            (options.apply(settings), ...);
        }
    }

    RouteSettings& add_route(std::string_view method, std::string_view pattern, SourceLine where,
                             app::AnyHandler handler);
    RouteSettings& add_websocket_route(std::string_view pattern, SourceLine where,
                                       app::AnyHandler handler);
    void add_websocket_hook(app::Role role, app::AnyHandler hook, Reach reach);
    void add_hook(app::Role role, app::AnyHandler hook, Reach reach);
    void add_error_handler(const app::ErrorType& type, app::AnyHandler handler, Reach reach);
    void add_error_handler(int status, app::AnyHandler handler, Reach reach);

    app::ScaffoldCore* core_;
};

}  // namespace pottle
