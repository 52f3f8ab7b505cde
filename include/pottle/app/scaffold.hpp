// SPDX-License-Identifier: MIT
/// \file
/// Scaffold: what App and Blueprint share: routes, hooks and error handlers. Thin templates over
/// one core without templates (src/app/scaffold_core.hpp).
#pragma once

#include <pottle/app/make_handler.hpp>
#include <pottle/app/route_option.hpp>
#include <pottle/app/route_pattern.hpp>
#include <pottle/app/serving.hpp>

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
/// In front of a template parameter that is only deduced: no explicit type argument fits.
enum class Deduced : std::uint8_t {};

}  // namespace app

/// Where hooks run.
enum class Reach : std::uint8_t {
    Own,  ///< for requests routed to this blueprint or one below it; on an App: for every request
    App   ///< for every request of the application
};

// For the compiler's message where the header is missing.
class Template;   // #include <pottle/app/templates.hpp>
class Templates;  // #include <pottle/app/templates.hpp>

/// How a folder of files is served.
struct StaticOptions {
    /// "/static"; absent: a slash and the last part of the folder's name.
    std::optional<std::string> url_path = {};
    SendFileOptions files = {};
    std::string endpoint = "static";
    /// "index.html": what a URL that ends with a slash stands for; empty: nothing (404).
    std::string index = {};
};

namespace app {

/// Defined in templates.hpp: an application without templates does not pay for reading it.
template <class F>
struct NeedsTemplatesHeader;

/// The lists of hooks, in the order in which a request meets them.
enum class HookPoint : std::uint8_t { UrlValues, Before, After, Teardown, Context };

}  // namespace app

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
    /// `app.static_folder("static")`. A relative folder begins at the root path. Files
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

    /// Sends who asks for `pattern` to `target` with 308; `target` may hold the pattern's
    /// parameters as `<name>`, be a path or a whole URL.
    void redirect(std::string_view pattern, std::string target, const char* file = __builtin_FILE(),
                  unsigned line = __builtin_LINE()) {
        add_unanswered_route(pattern, SourceLine{file, line}, std::move(target), {});
    }
    /// A pattern for url_for() alone, of what another server answers.
    void build_only(std::string_view pattern, std::string endpoint,
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
        add_unanswered_route(pattern, SourceLine{file, line}, {}, std::move(endpoint));
    }

    // ---- hooks. They take any injectable parameters, plain or as coroutines.
    /// Runs before the handler, in the order of registration, the application's first. A result
    /// that is neither nothing nor an empty optional is the response.
    template <class H>
    void before_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::HookPoint::Before, app::make_handler<app::Role::Before>(std::move(hook)),
                 reach);
    }
    /// Runs after the handler, in the opposite order; changes the `Response&` or returns another.
    template <class H>
    void after_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::HookPoint::After, app::make_handler<app::Role::After>(std::move(hook)),
                 reach);
    }
    /// Runs when the request is over, also after errors and cancellation; may take the
    /// std::exception_ptr that nobody handled. What it throws is only logged.
    template <class H>
    void teardown_request(H hook, Reach reach = Reach::Own) {
        add_hook(app::HookPoint::Teardown, app::make_handler<app::Role::Teardown>(std::move(hook)),
                 reach);
    }
    /// Runs behind the teardown_request hooks of every request of the application, in the order of
    /// registration.
    template <class H>
    void teardown_appcontext(H hook) {
        add_hook(app::HookPoint::Context, app::make_handler<app::Role::Teardown>(std::move(hook)),
                 Reach::App);
    }
    /// Runs before every before_request hook, the application's first: for what all routes take
    /// from the URL, such as the language in a blueprint's prefix. It reads Request::view_arg() and
    /// leaves what it finds in Request::g.
    template <class H>
    void url_value_preprocessor(H hook, Reach reach = Reach::Own) {
        add_hook(app::HookPoint::UrlValues, app::make_handler<app::Role::Before>(std::move(hook)),
                 reach);
    }

    /// Adds values to what url_for() is given for the endpoints of this blueprint (on an App: for
    /// all), the application's first: `[](std::string_view endpoint, UrlValues& values)`, with a
    /// `Request*` behind them where it is wanted (null outside of requests).
    template <class F>
    void url_defaults(F hook, Reach reach = Reach::Own) {
        using Enter = void (*)(void*, std::string_view, UrlValues&, Request*);
        const Enter enter = [](void* closure, std::string_view endpoint, UrlValues& values,
                               [[maybe_unused]] Request* request) {
            F& function = *static_cast<F*>(closure);
            if constexpr (requires { function(endpoint, values, request); })
                function(endpoint, values, request);
            else
                function(endpoint, values);
        };
        add_url_defaults(
            app::Callee(reinterpret_cast<app::Callee::Function>(enter), new F(std::move(hook)),
                        [](void* f) noexcept { delete static_cast<F*>(f); }),
            reach);
    }

    // ---- hooks around the time of serving (serving.hpp), also of a blueprint once for the whole
    // application.
    /// Runs once per process before the first connection, in the order of registration. What it
    /// throws stops the program.
    template <class H>
    void before_serving(H hook) {
        add_serving_hook(app::make_serving_hook(std::move(hook)), app::ServingPoint::Before);
    }
    /// Runs when the last request and the background tasks have ended.
    template <class H>
    void after_serving(H hook) {
        add_serving_hook(app::make_serving_hook(std::move(hook)), app::ServingPoint::After);
    }
    /// Runs around it all: up to its co_yield behind the before_serving hooks, the rest behind the
    /// after_serving hooks, the youngest first.
    template <class H>
    void while_serving(H hook) {
        add_serving_hook(app::make_serving_hook(std::move(hook)), app::ServingPoint::While);
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

    // ---- templates, for the whole application whoever adds them; they need
    // <pottle/app/templates.hpp> and count from the first request on.
    /// `{{ value|name }}`: what `function` may take is in templating/function.hpp.
    template <class F>
    void template_filter(std::string name, F function) {
        add_template_setup(
            app::NeedsTemplatesHeader<F>::filter(std::move(name), std::move(function)));
    }
    /// `{{ value is name }}`
    template <class F>
    void template_test(std::string name, F function) {
        add_template_setup(
            app::NeedsTemplatesHeader<F>::test(std::move(name), std::move(function)));
    }
    /// `{{ name(...) }}`
    template <class F>
    void template_global(std::string name, F function) {
        add_template_setup(
            app::NeedsTemplatesHeader<F>::global(std::move(name), std::move(function)));
    }
    /// Adds variables to the pages of this blueprint's requests (on an App: to all): see
    /// Templates::context_processor().
    template <class F>
    void context_processor(F function, Reach reach = Reach::Own) {
        add_template_setup(app::NeedsTemplatesHeader<F>::processor(std::move(function), reach));
    }

    /// A command of the program: `app.command("seed", "fills the shop", [](Arguments&, Store&) {
    /// ... })` is `program seed`. The handler takes Arguments& and extensions as X&, plain or as a
    /// coroutine, which runs on a loop of its own; serving hooks do not run. A blueprint's command
    /// stands below the blueprint's name: `program todos seed`.
    template <class H>
    void command(std::string name, std::string help, H handler) {
        add_command(std::move(name), std::move(help), app::make_serving_hook(std::move(handler)));
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
    template <app::Deduced..., class H>
        requires(!std::is_integral_v<H> &&
                 !std::is_void_v<typename app::ErrorOf<app::SignatureOfHandler<H>>::type>)
    void errorhandler(H handler, Reach reach = Reach::Own) {
        errorhandler<typename app::ErrorOf<app::SignatureOfHandler<H>>::type>(std::move(handler),
                                                                              reach);
    }
    template <class H>
        requires(std::is_void_v<typename app::ErrorOf<app::SignatureOfHandler<H>>::type>)
    void errorhandler(H, Reach = Reach::Own) {
        static_assert(!sizeof(H),
                      "pottle: an error handler says what it answers: by its first parameter, "
                      "[](const OutOfStock& error) {...}, or by a status, errorhandler(404, ...)");
    }
    /// Answers HTTP errors of one status, before any handler by type. For 500 the handler also gets
    /// what nobody else handled, wrapped in an HTTPException.
    template <class H>
    void errorhandler(int status, H handler, Reach reach = Reach::Own,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
        using Wanted = typename app::ErrorOf<app::SignatureOfHandler<H>>::type;
        static_assert(std::is_void_v<Wanted> || std::is_same_v<Wanted, HTTPException>,
                      "pottle: errorhandler(status, ...) takes the error as const HTTPException&");
        add_error_handler(status, app::make_handler<app::Role::Error>(std::move(handler)), reach,
                          SourceLine{file, line});
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
    void add_unanswered_route(std::string_view pattern, SourceLine where, std::string redirect_to,
                              std::string endpoint);
    void add_url_defaults(app::Callee hook, Reach reach);
    void add_hook(app::HookPoint point, app::AnyHandler hook, Reach reach);
    void add_template_setup(app::Callee setup);
    void add_command(std::string name, std::string help, app::ServingHook handler);
    void add_serving_hook(app::ServingHook hook, app::ServingPoint point);
    void add_error_handler(const app::ErrorType& type, app::AnyHandler handler, Reach reach);
    void add_error_handler(int status, app::AnyHandler handler, Reach reach, SourceLine where);

    app::ScaffoldCore* core_;
};

}  // namespace pottle
