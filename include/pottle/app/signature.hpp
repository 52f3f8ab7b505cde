// SPDX-License-Identifier: MIT
/// \file
/// The signature R(A...) of anything a route takes. It is the key of everything: one shim and one
/// constant per signature, not per handler.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <type_traits>

namespace pottle::app {

/// How a handler runs.
enum class Mode : std::uint8_t {
    Inline,    ///< on its loop; a coroutine when it returns a Task
    Blocking,  ///< on the pool of blocking threads
    Fibre      ///< on a fibre of its loop, where it may await_sync()
};

/// A handler with the mode it asked for; made by blocking() and fibre().
template <class H, Mode mode>
struct WithMode {
    H handler;
};

template <class F>
struct SignatureOf;
template <class R, class... A>
struct SignatureOf<R (*)(A...)> {
    using type = R(A...);
};
template <class R, class... A>
struct SignatureOf<R (*)(A...) noexcept> {
    using type = R(A...);
};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...)> {
    using type = R(A...);
    using Object = C;
};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...) const> {
    using type = R(A...);
    using Object = C;
};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...) noexcept> {
    using type = R(A...);
    using Object = C;
};
template <class C, class R, class... A>
struct SignatureOf<R (C::*)(A...) const noexcept> {
    using type = R(A...);
    using Object = C;
};

template <class H>
concept HasOneCall = requires { &H::operator(); };

template <class H>
struct HandlerTraits {
    static_assert(
        !sizeof(H),
        "pottle: a route handler needs one concrete signature: write the parameter types "
        "out (no 'auto' parameters, no 'this auto self': the app keeps the closure). When "
        "they are, its body does not compile: see the error above");
    using Signature = void();
    static constexpr Mode mode = Mode::Inline;
};
template <class H>
    requires(std::is_pointer_v<H> || std::is_member_function_pointer_v<H>)
struct HandlerTraits<H> {
    using Signature = typename SignatureOf<H>::type;
    static constexpr Mode mode = Mode::Inline;
};
template <HasOneCall H>
struct HandlerTraits<H> {
    using Signature = typename SignatureOf<decltype(&H::operator())>::type;
    static constexpr Mode mode = Mode::Inline;
};
template <class H, Mode wanted>
struct HandlerTraits<WithMode<H, wanted>> {
    using Signature = typename HandlerTraits<H>::Signature;
    static constexpr Mode mode = wanted;
};

template <class H>
using SignatureOfHandler = typename HandlerTraits<H>::Signature;

}  // namespace pottle::app
