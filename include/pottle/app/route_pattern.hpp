// SPDX-License-Identifier: MIT
/// \file
/// RoutePattern<Handler>: a route literal that is checked against the handler's parameters while
/// the program is compiled, as std::format_string checks its arguments. How a mistake reaches the
/// user's screen: base/mistake.hpp.
#pragma once

#include <pottle/app/param.hpp>
#include <pottle/app/result.hpp>
#include <pottle/app/route_mistake.hpp>
#include <pottle/app/signature.hpp>
#include <pottle/base/mistake.hpp>
#include <pottle/base/source_line.hpp>

#include <string_view>

#define POTTLE_TEXT_PATH_REFERENCE \
    "take path values by value (a reference would dangle across co_await)"
#define POTTLE_TEXT_VALUE_REFERENCE \
    "take injected values such as Json<T> by value (a reference would dangle across co_await)"
#define POTTLE_TEXT_WEBSOCKET \
    "only a websocket has a Websocket&: add this handler with app.websocket(pattern, handler)"
#define POTTLE_TEXT_WEBSOCKET_BODY                                                            \
    "a websocket has no body: take Websocket& and receive its messages in place of Json<T>, " \
    "Form<T>, Body, BodyStream& or files"
#define POTTLE_TEXT_PARAMETER                                                                    \
    "a parameter of this handler is neither a path value nor injectable: take long, double, "    \
    "std::string, Request&, Response&, Json<T>, Form<T>, Query<T>, Header<T>, Cookie<T>, Body, " \
    "BodyStream&, an installed extension as X&, or give your own struct a static "               \
    "from_request(Request&) (T is a plain struct: no constructors, no private members)"
#define POTTLE_TEXT_RESULT                                                                      \
    "the result of this handler cannot become a response: return text, Bytes, a plain struct, " \
    "a range of them, Json<T>, Response, std::optional<T>, Reply<T>, Created<T>, Redirect, "    \
    "File, {value, status}, std::expected<T, E> where E has a status, Generator<std::string>, " \
    "or specialise IntoResponse<T>; a Task returns std::string, not a view of what it leaves"

namespace pottle {

/// Opt-out for patterns from variables: `app.get(runtime(prefix + "/x"), handler)`. Checked when
/// the route is added; a mistake throws ConfigError.
struct runtime {
    explicit runtime(std::string_view pattern) noexcept : text(pattern) {}
    std::string_view text;
};

namespace app {

/// A pattern and the line it stands on. `Signature` is the handler's: one instantiation for all
/// handlers of one signature.
template <class Signature, Role role = Role::Handler>
class BasicPattern;

template <class R, class... A, Role role>
class BasicPattern<R(A...), role> {
    using Facts = Params<role, A...>;
    static constexpr Param kParam = Facts::mistake;
    static constexpr bool kResponds = can_answer<R>();
    static constexpr bool kTypesFit = kResponds && !is_mistake(kParam);

    /// The empty pattern is a blueprint's own prefix; where there is none, adding it fails.
    static constexpr RouteMistake check(const char* pattern) {
        if (!*pattern && Facts::path_count == 0) return RouteMistake::None;
        return find_mistake(pattern, Facts::kinds.kinds, Facts::path_count);
    }

public:
#ifdef __clang__
    consteval BasicPattern(const char* pattern, const char* file = __builtin_FILE(),
                           unsigned line = __builtin_LINE())
        POTTLE_ONLY_IF(kTypesFit&& check(pattern) == RouteMistake::None)
        : text(pattern), where{file, line} {}
#endif
    // `const char*` and not `const char (&)[N]`: one instantiation per signature instead of one per
    // length of the literal.
    // clang-format off
    consteval BasicPattern(const char* pattern, const char* file = __builtin_FILE(),
                           unsigned line = __builtin_LINE())
        POTTLE_REFUSE_IF(kParam == Param::PathValueByReference, POTTLE_TEXT_PATH_REFERENCE)
        POTTLE_REFUSE_IF(kParam == Param::ValueByReference, POTTLE_TEXT_VALUE_REFERENCE)
        POTTLE_REFUSE_IF(kParam == Param::WebsocketOfRequest, POTTLE_TEXT_WEBSOCKET)
        POTTLE_REFUSE_IF(kParam == Param::BodyOfWebsocket, POTTLE_TEXT_WEBSOCKET_BODY)
        POTTLE_REFUSE_IF(kParam == Param::Unknown, POTTLE_TEXT_PARAMETER)
        POTTLE_REFUSE_IF(!kResponds, POTTLE_TEXT_RESULT)
#define POTTLE_REFUSE_ROUTE(name, sentence) \
        POTTLE_REFUSE_IF(kTypesFit && check(pattern) == RouteMistake::name, sentence)
        POTTLE_ROUTE_MISTAKES(POTTLE_REFUSE_ROUTE)
#undef POTTLE_REFUSE_ROUTE
        // clang-format on
        : text(pattern), where{file, line} {
#ifndef __clang__
        route_mistake::report(kParam);
        if (!kResponds) route_mistake::the_result_cannot_become_a_response();
        route_mistake::report(check(pattern));
#endif
    }
    BasicPattern(runtime pattern, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE())
        : text(pattern.text), where{file, line} {
        static_assert(kParam != Param::PathValueByReference, "pottle: " POTTLE_TEXT_PATH_REFERENCE);
        static_assert(kParam != Param::ValueByReference, "pottle: " POTTLE_TEXT_VALUE_REFERENCE);
        static_assert(kParam != Param::WebsocketOfRequest, "pottle: " POTTLE_TEXT_WEBSOCKET);
        static_assert(kParam != Param::BodyOfWebsocket, "pottle: " POTTLE_TEXT_WEBSOCKET_BODY);
        static_assert(kParam != Param::Unknown, "pottle: " POTTLE_TEXT_PARAMETER);
        static_assert(kResponds, "pottle: " POTTLE_TEXT_RESULT);
    }
    template <class Text>
        requires(std::is_convertible_v<const Text&, std::string_view> &&
                 !std::is_convertible_v<const Text&, const char*>)
    BasicPattern(const Text&) {
        static_assert(!sizeof(Text),
                      "pottle: a route pattern from a variable must be written as runtime(text)");
    }

    std::string_view text;
    SourceLine where;
};

}  // namespace app

/// Not deduced from the literal: the handler decides.
template <class Handler>
using RoutePattern = app::BasicPattern<app::SignatureOfHandler<Handler>>;
template <class Handler>
using WebsocketPattern = app::BasicPattern<app::SignatureOfHandler<Handler>, app::Role::Websocket>;

}  // namespace pottle
