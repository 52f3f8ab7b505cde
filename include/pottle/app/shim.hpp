// SPDX-License-Identifier: MIT
/// \file
/// The shim between the core and typed handlers: fetch the arguments, call, convert the result.
/// One instantiation per signature; nothing here allocates but the handler's own coroutine frame.
#pragma once

#include <pottle/app/param.hpp>
#include <pottle/app/request.hpp>
#include <pottle/app/result.hpp>
#include <pottle/app/signature.hpp>

#include <type_traits>
#include <utility>

namespace pottle::app {

namespace detail {

/// Runs `work(data)` on the blocking pool or on a fibre and waits for it; rethrows what it throws.
Task<> run_elsewhere(Mode mode, void (*work)(void*), void* data);

template <class A, Role role, std::size_t path_index, std::size_t extension_index>
A fetch(Request& request) {
    constexpr Param param = classify<A, role>();
    const Bindings& bindings = request.bindings();
    if constexpr (param == Param::Extension) {
        return *static_cast<std::remove_reference_t<A>*>(bindings.extensions[extension_index]);
    } else if constexpr (param == Param::Error) {
        return *static_cast<std::remove_reference_t<A>*>(bindings.error);
    } else if constexpr (param == Param::PathValue) {
        A value{};
        if (!PathConverter<A>::parse(bindings.path_values[path_index].view(), value))
            raise_not_found();
        return value;
    } else {
        return Inject<A>::from(request);
    }
}

/// A fetch that may need awaiting.
template <class A, Role role, std::size_t path_index, std::size_t extension_index>
auto fetch_async(Request& request) {
    if constexpr (injects_task<A>) {
        return Inject<A>::from(request);
    } else {
        struct Now {
            Request& request;
            bool await_ready() const noexcept { return true; }
            void await_suspend(std::coroutine_handle<>) const noexcept {}
            A await_resume() const { return fetch<A, role, path_index, extension_index>(request); }
        };
        return Now{request};
    }
}

template <bool closure, class R, class... A>
R invoke(const Callee& callee, A&&... arguments) {
    if constexpr (closure)
        return reinterpret_cast<R (*)(void*, A...)>(callee.function())(
            callee.closure(), std::forward<A>(arguments)...);
    else
        return reinterpret_cast<R (*)(A...)>(callee.function())(std::forward<A>(arguments)...);
}

/// A call whose arguments arrive through braces, so that they are fetched from left to right on
/// every compiler.
template <bool closure, class R, class... A>
struct Call {
    R result;
    Call(const Callee& callee, A&&... arguments)
        : result(invoke<closure, R, A...>(callee, std::forward<A>(arguments)...)) {}
};
template <bool closure, class... A>
struct Call<closure, void, A...> {
    Call(const Callee& callee, A&&... arguments) {
        invoke<closure, void, A...>(callee, std::forward<A>(arguments)...);
    }
};

/// The same, to be made later on another thread or stack: holds the arguments meanwhile.
template <bool closure, class R, class... A>
struct LateCall {
    const Callee& callee;
    std::tuple<A...> arguments;
    std::optional<std::conditional_t<std::is_void_v<R>, bool, R>> result{};

    LateCall(const Callee& target, A&&... values)
        : callee(target), arguments(std::forward<A>(values)...) {}
    static void run(void* self) {
        static_cast<LateCall*>(self)->call(std::index_sequence_for<A...>{});
    }
    template <std::size_t... I>
    void call(std::index_sequence<I...>) {
        if constexpr (std::is_void_v<R>) {
            invoke<closure, R, A...>(callee, std::forward<A>(std::get<I>(arguments))...);
            result = true;
        } else {
            result.emplace(
                invoke<closure, R, A...>(callee, std::forward<A>(std::get<I>(arguments))...));
        }
    }
};

/// What a result means for this role. Returns: true when the request is answered.
template <Role role, class T>
bool conclude(Response& response, T&& value) {
    if constexpr (role == Role::Before && is_a<T, std::optional>) {
        if (!value) return false;
        write_result(response, std::move(*value));
    } else if constexpr (role != Role::Teardown) {
        write_result(response, std::move(value));
    }
    return true;
}
template <Role role>
bool conclude_nothing(Response& response) {
    if constexpr (role == Role::Before || role == Role::Websocket) return false;
    if constexpr (role == Role::Handler || role == Role::Error) write_nothing(response);
    return true;
}

template <Role role, class T>
bool finish_task(void* frame, Response& response) {
    auto& promise = Task<T>::Handle::from_address(frame).promise();
    if constexpr (std::is_void_v<T>) {
        promise.take();
        return conclude_nothing<role>(response);
    } else {
        return conclude<role>(response, promise.take());
    }
}

template <Role role, class T>
AnyTask erase(Task<T>&& task) {
    return AnyTask(std::move(task), &finish_task<role, T>);
}

/// For the shim's own coroutines, which convert the result themselves.
inline bool finish_answered(void* frame, Response&) {
    return Task<bool>::Handle::from_address(frame).promise().take();
}

template <class Signature, bool closure, Role role>
struct Shim;
template <class R, class... A, bool closure, Role role>
struct Shim<R(A...), closure, role> {
    using Facts = Params<role, A...>;
    using Indexes = std::index_sequence_for<A...>;

    static bool run(const Callee& callee, Request& request) {
        return run(callee, request, Indexes{});
    }
    template <std::size_t... I>
    static bool run(const Callee& callee, Request& request, std::index_sequence<I...>) {
        if constexpr (std::is_void_v<R>) {
            Call<closure, R, A...>{
                callee,
                fetch<A, role, Facts::places.path[I], Facts::places.extension[I]>(request)...};
            return conclude_nothing<role>(request.response());
        } else {
            Call<closure, R, A...> call{
                callee,
                fetch<A, role, Facts::places.path[I], Facts::places.extension[I]>(request)...};
            return conclude<role>(request.response(), std::move(call.result));
        }
    }

    static AnyTask start(const Callee& callee, Request& request) {
        return start(callee, request, Indexes{});
    }
    template <std::size_t... I>
    static AnyTask start(const Callee& callee, Request& request, std::index_sequence<I...>) {
        Call<closure, R, A...> call{
            callee, fetch<A, role, Facts::places.path[I], Facts::places.extension[I]>(request)...};
        return erase<role>(std::move(call.result));
    }

    // Only signatures with an asynchronous injected value pay for this extra coroutine.
    static AnyTask start_async(const Callee& callee, Request& request) {
        return AnyTask(fetch_and_call(callee, request, Indexes{}), &finish_answered);
    }
    template <std::size_t... I>
    // coroutine-ok: the route table keeps the callee for the application's life
    static Task<bool> fetch_and_call(const Callee& callee, Request& request,
                                     std::index_sequence<I...>) {
        if constexpr (std::is_void_v<R>) {
            Call<closure, R, A...>{
                callee,
                co_await fetch_async<A, role, Facts::places.path[I], Facts::places.extension[I]>(
                    request)...};
            co_return conclude_nothing<role>(request.response());
        } else {
            Call<closure, R, A...> call{
                callee,
                co_await fetch_async<A, role, Facts::places.path[I], Facts::places.extension[I]>(
                    request)...};
            if constexpr (is_task<R>) {
                AnyTask task = erase<role>(std::move(call.result));
                co_await task.run();
                co_return task.finish(request.response());
            } else {
                co_return conclude<role>(request.response(), std::move(call.result));
            }
        }
    }

    template <Mode mode>
    static AnyTask start_elsewhere(const Callee& callee, Request& request) {
        return AnyTask(call_elsewhere<mode>(callee, request, Indexes{}), &finish_answered);
    }
    template <Mode mode, std::size_t... I>
    // coroutine-ok: the route table keeps the callee for the application's life
    static Task<bool> call_elsewhere(const Callee& callee, Request& request,
                                     std::index_sequence<I...>) {
        LateCall<closure, R, A...> call{
            callee,
            co_await fetch_async<A, role, Facts::places.path[I], Facts::places.extension[I]>(
                request)...};
        co_await run_elsewhere(mode, &decltype(call)::run, &call);
        if constexpr (std::is_void_v<R>)
            co_return conclude_nothing<role>(request.response());
        else
            co_return conclude<role>(request.response(), std::move(*call.result));
    }
};

}  // namespace detail

/// What a route's pattern checks for its handler, for the callables that have no pattern.
template <class R, Param mistake, Role role>
consteval void check_without_pattern() {
    static_assert(
        role != Role::Before || !std::is_same_v<R, bool>,
        "pottle: a before_request hook that returns bool would send \"true\" as the "
        "response: return nothing or std::optional<T> to let the request pass, or abort()");
    static_assert(
        role != Role::Before || !std::is_same_v<R, Task<bool>>,
        "pottle: a before_request hook that returns bool would send \"true\" as the "
        "response: return nothing or std::optional<T> to let the request pass, or abort()");
    static_assert(mistake != Param::Unknown,
                  "pottle: a parameter of this hook or error handler cannot be injected: take "
                  "Request&, Response&, an installed extension as X&, const E& in an errorhandler, "
                  "or a type with from_request(Request&); path values are for handlers, "
                  "request.view_arg(name) has their text");
    static_assert(mistake != Param::ValueByReference,
                  "pottle: this hook or error handler must take injected values such as Json<T> by "
                  "value (a reference would dangle across co_await)");
    static_assert(can_answer<R>(),
                  "pottle: the result of this hook or error handler cannot become a response");
}

template <class Signature, bool closure, Role role, Mode mode>
struct DescribeHandler;
template <class R, class... A, bool closure, Role role, Mode mode>
struct DescribeHandler<R(A...), closure, role, mode> {
    static consteval HandlerInfo make() {
        using Shim = detail::Shim<R(A...), closure, role>;
        using Facts = typename Shim::Facts;
        HandlerInfo info;
        if constexpr (!has_pattern(role)) check_without_pattern<R, Facts::mistake, role>();
        info.needs = Facts::needs;
        info.path_values = {Facts::kinds.kinds, Facts::path_count};
        info.extensions = {Facts::keys.keys, Facts::extension_count};
        if constexpr (is_mistake(Facts::mistake) || !can_answer<R>()) {
            // Reported by the route's pattern, on the user's line, or just above.
        } else if constexpr (mode != Mode::Inline) {
            static_assert(!is_task<R>,
                          "pottle: blocking() and fibre() are for handlers that do not return a "
                          "Task");
            info.start = &Shim::template start_elsewhere<mode>;
        } else if constexpr (has(Facts::needs, Needs::AsyncValue)) {
            info.start = &Shim::start_async;
        } else if constexpr (is_task<R>) {
            info.start = &Shim::start;
        } else {
            info.run = &Shim::run;
        }
        return info;
    }
};

template <class Signature, bool closure, Role role, Mode mode>
inline constexpr HandlerInfo handler_info = DescribeHandler<Signature, closure, role, mode>::make();

}  // namespace pottle::app
