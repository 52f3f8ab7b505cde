// SPDX-License-Identifier: MIT
/// \file
/// Class-based views: a class whose member functions answer the methods they are named after.
///
///     struct TodoView {
///         Store* store;
///         std::optional<Todo> get(long id) { return store->find(id); }
///         void del(long id) { store->remove(id); }
///     };
///     add_view(app, "/todos/<int:id>", TodoView{&store}, endpoint("todo"));
#pragma once

#include <pottle/app/scaffold.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

namespace pottle {

/// The pattern of a view, checked against its member functions when the application freezes.
struct ViewPattern {
    ViewPattern(const char* pattern, const char* file = __builtin_FILE(),
                unsigned line = __builtin_LINE())
        : text(pattern), where{file, line} {}
    std::string_view text;
    SourceLine where;
};

namespace app {

struct ViewOption {
    const void* id;
    void apply(RouteSettings& settings) const { settings.view = id; }
};

/// True where one object serves all requests, as `static constexpr bool init_every_request = false`
/// asks and what cannot be copied needs.
template <class V>
consteval bool shares_view() {
    if constexpr (requires { V::init_every_request; }) return !V::init_every_request;
    return !std::is_copy_constructible_v<V>;
}

/// A member function as a handler. The object is a copy for each request (CBV-1), which lives in
/// Request::g, so that a coroutine may use it to its end.
template <class V, class Member, class Signature = typename SignatureOf<Member>::type>
struct ViewCall;
template <class V, class Member, class R, class... A>
struct ViewCall<V, Member, R(A...)> {
    Shared<V> prototype;
    Member member;

    R operator()(Request& request, A... arguments) {
        return (object(request).*member)(std::forward<A>(arguments)...);
    }
    V& object(Request& request) {
        if constexpr (shares_view<V>())
            return *prototype;
        else
            return request.g.set<V>(*prototype);
    }
};

template <class V, class Member, class... O>
void add_view_method(Scaffold scaffold, const ViewPattern& pattern, const Shared<V>& prototype,
                     Member member, const char* method, const O&... options) {
    using Call = ViewCall<V, Member>;
    using Pattern = RoutePattern<Call>;
    scaffold.route(Pattern(runtime(pattern.text), pattern.where.file, pattern.where.line),
                   Call{prototype, member}, options..., methods(method),
                   ViewOption{prototype.get()});
}

}  // namespace app

/// Adds a route for each of get, post, put, patch, del, head, options and trace that V has (CBV-2);
/// HEAD falls back to get, other methods are 405. A V with `dispatch_request` answers GET with it,
/// or the methods that a `methods(...)` option names (CBV-1).
///
/// `prototype` is copied for each request, unless V cannot be copied or says `static constexpr bool
/// init_every_request = false`: then it serves all of them, on all loops at once.
/// Errors: a pattern that does not fit a member function throws ConfigError when the application
///         is first served, with the line.
template <class V, class... O>
void add_view(Scaffold scaffold, ViewPattern pattern, V prototype, const O&... options) {
    const Shared<V> shared = Shared<V>::make(std::move(prototype));
    bool any = false;
    const auto add = [&](auto member, const char* method) {
        app::add_view_method(scaffold, pattern, shared, member, method, options...);
        any = true;
    };
    if constexpr (requires { &V::get; }) add(&V::get, "GET");
    if constexpr (requires { &V::post; }) add(&V::post, "POST");
    if constexpr (requires { &V::put; }) add(&V::put, "PUT");
    if constexpr (requires { &V::patch; }) add(&V::patch, "PATCH");
    if constexpr (requires { &V::del; }) add(&V::del, "DELETE");
    if constexpr (requires { &V::head; }) add(&V::head, "HEAD");
    if constexpr (requires { &V::options; }) add(&V::options, "OPTIONS");
    if constexpr (requires { &V::trace; }) add(&V::trace, "TRACE");
    if constexpr (requires { &V::dispatch_request; }) {
        using Call = app::ViewCall<V, decltype(&V::dispatch_request)>;
        scaffold.route(
            RoutePattern<Call>(runtime(pattern.text), pattern.where.file, pattern.where.line),
            Call{shared, &V::dispatch_request}, options..., app::ViewOption{shared.get()});
        any = true;
    }
    POTTLE_REQUIRE(any,
                   "a view has member functions get, post, put, patch, del, head, options, "
                   "trace or dispatch_request");
}

}  // namespace pottle
