// SPDX-License-Identifier: MIT
/// \file
/// Inject<T>: where a handler's parameter that is not a path value comes from. An own struct needs
/// only a static from_request(); foreign types specialise Inject.
#pragma once

#include <pottle/app/needs.hpp>
#include <pottle/async/task.hpp>

#include <concepts>
#include <utility>

namespace pottle {

class BodyStream;
class Request;
class Response;
class Websocket;

/// A specialisation has `static T from(Request&)` or `static Task<T> from(Request&)`; with
/// `static constexpr Needs needs = Needs::Body;` the core reads the whole body first. Parameters
/// are fetched from left to right, and what from() throws is the answer.
template <class T>
struct Inject;

/// `static T from_request(Request&)` or `static Task<T> from_request(Request&)` in the type itself,
/// and `static constexpr Needs needs` when it needs more than the head.
template <class T>
concept SelfInjecting = requires(Request& request) { T::from_request(request); };

namespace app::detail {
template <class T>
consteval Needs own_needs() {
    if constexpr (requires { requires std::same_as<decltype(T::needs), const Needs>; })
        return T::needs;
    else
        return Needs::Nothing;
}
}  // namespace app::detail

template <SelfInjecting T>
struct Inject<T> {
    static constexpr Needs needs = app::detail::own_needs<T>();
    static auto from(Request& request) { return T::from_request(request); }
};

template <>
struct Inject<Request&> {
    static Request& from(Request& request) noexcept { return request; }
};
/// The response under construction: what is set here is merged with the handler's result.
template <>
struct Inject<Response&> {
    static Response& from(Request& request) noexcept;
};
template <>
struct Inject<BodyStream&> {
    static BodyStream& from(Request& request);
};
/// In handlers of app.websocket() and in the hooks around them.
template <>
struct Inject<Websocket&> {
    static Websocket& from(Request& request);
};
/// What a teardown_request hook is told: the exception that nobody handled, or null.
template <>
struct Inject<std::exception_ptr> {
    static std::exception_ptr from(Request& request) noexcept;
};

template <class A>
concept Injectable = requires(Request& request) { Inject<A>::from(request); };

template <class A>
inline constexpr bool injects_task = false;
template <Injectable A>
inline constexpr bool injects_task<A> =
    is_task<decltype(Inject<A>::from(std::declval<Request&>()))>;

}  // namespace pottle
