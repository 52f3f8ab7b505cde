// SPDX-License-Identifier: MIT
/// \file
/// Hooks around the time in which an application serves: before_serving, while_serving,
/// after_serving. They take installed extensions as `X&` and nothing of a request.
#pragma once

#include <pottle/app/callee.hpp>
#include <pottle/app/param.hpp>
#include <pottle/app/signature.hpp>
#include <pottle/async/generator.hpp>

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace pottle {

/// What a while_serving hook yields, once: `co_yield serving;`
struct Serving {};
inline constexpr Serving serving;

/// The result of a while_serving hook. What stands before its co_yield runs at start-up, what
/// stands behind it at shutdown.
///
///     app.while_serving([](Cache& cache) -> WhileServing {
///         co_await cache.open();
///         co_yield serving;
///         co_await cache.close();
///     });
using WhileServing = Generator<const Serving>;

namespace app {

enum class ServingPoint : std::uint8_t { Before, While, After };

/// A hook without its type. Exactly one of the two entries is set.
struct ServingHook {
    Callee callee;
    std::span<const TypeKey* const> extensions;
    Task<> (*run)(const Callee&, void* const* extensions) = nullptr;
    WhileServing (*open)(const Callee&, void* const* extensions) = nullptr;
};

namespace detail {

template <class H, class Signature>
struct ServingShim;
template <class H, class R, class... A>
struct ServingShim<H, R(A...)> {
    static_assert((is_mutable_class_reference<A> && ...),
                  "pottle: before_serving, while_serving and after_serving hooks take installed "
                  "extensions as X& only");
    static_assert(std::is_void_v<R> || std::is_same_v<R, Task<>> || std::is_same_v<R, WhileServing>,
                  "pottle: a before_serving or after_serving hook returns nothing or Task<>, a "
                  "while_serving hook WhileServing");

    struct Keys {
        const TypeKey* keys[sizeof...(A) + 1];
    };
    static constexpr Keys keys{{&type_key<std::remove_cvref_t<A>>..., nullptr}};

    template <std::size_t... I>
    static R call(const Callee& callee, void* const* extensions, std::index_sequence<I...>) {
        return (*static_cast<H*>(callee.closure()))(
            *static_cast<std::remove_reference_t<A>*>(extensions[I])...);
    }
    static R enter(const Callee& callee, void* const* extensions) {
        return call(callee, extensions, std::index_sequence_for<A...>{});
    }
    // coroutine-ok: the application keeps callee and extensions for its life
    static Task<> run_plain(const Callee& callee, void* const* extensions) {
        enter(callee, extensions);
        co_return;
    }

    static ServingHook make(H hook) {
        ServingHook made{Callee(nullptr, new H(std::move(hook)),
                                [](void* closure) noexcept { delete static_cast<H*>(closure); }),
                         {keys.keys, sizeof...(A)}};
        if constexpr (std::is_void_v<R>)
            made.run = &run_plain;
        else if constexpr (std::is_same_v<R, Task<>>)
            made.run = &enter;
        else
            made.open = &enter;
        return made;
    }
};

}  // namespace detail

template <class H>
ServingHook make_serving_hook(H hook) {
    return detail::ServingShim<H, SignatureOfHandler<H>>::make(std::move(hook));
}

}  // namespace app
}  // namespace pottle
