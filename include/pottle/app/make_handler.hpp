// SPDX-License-Identifier: MIT
/// \file
/// From a callable to an AnyHandler: the only code that exists once per handler.
#pragma once

#include <pottle/app/shim.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace pottle {
namespace app {

namespace detail {

template <class H, class Signature>
struct ClosureEntry;
template <class H, class R, class... A>
struct ClosureEntry<H, R(A...)> {
    static R enter(void* closure, A... arguments) {
        return (*static_cast<H*>(closure))(std::forward<A>(arguments)...);
    }
};

/// A member function with its object: a pointer to one that outlives the app, or an owning pointer.
template <class Member, class Object, class Signature = typename SignatureOf<Member>::type>
struct BoundMember;
template <class Member, class Object, class R, class... A>
struct BoundMember<Member, Object, R(A...)> {
    Member member;
    Object object;
    R operator()(A... arguments) const {
        return ((*object).*member)(std::forward<A>(arguments)...);
    }
};

template <Role role, Mode mode, class H>
AnyHandler store_handler(H handler) {
    using Signature = SignatureOfHandler<H>;
    using Pointer = std::add_pointer_t<Signature>;
    using Function = Callee::Function;
    if constexpr (std::is_convertible_v<H, Pointer>) {
        return {Callee(reinterpret_cast<Function>(static_cast<Pointer>(handler))),
                &handler_info<Signature, false, role, mode>};
    } else {
        return {Callee(reinterpret_cast<Function>(&ClosureEntry<H, Signature>::enter),
                       new H(std::move(handler)),
                       [](void* closure) noexcept { delete static_cast<H*>(closure); }),
                &handler_info<Signature, true, role, mode>};
    }
}

}  // namespace detail

template <Role role, class H>
AnyHandler make_handler(H handler) {
    return detail::store_handler<role, Mode::Inline>(std::move(handler));
}
template <Role role, class H, Mode mode>
AnyHandler make_handler(WithMode<H, mode> wrapped) {
    return detail::store_handler<role, mode>(std::move(wrapped.handler));
}

/// `object` is an object that outlives the app, or a pointer (the handler keeps it).
template <class Member, class T>
auto bind_member(Member member, T&& object) {
    using Class = typename SignatureOf<Member>::Object;
    using Value = std::remove_cvref_t<T>;
    if constexpr (std::derived_from<Value, Class>) {
        static_assert(std::is_lvalue_reference_v<T>,
                      "pottle: the object of a member function handler must outlive the app: pass "
                      "a named object or a pointer");
        return detail::BoundMember<Member, std::remove_reference_t<T>*>{member, &object};
    } else {
        return detail::BoundMember<Member, Value>{member, std::forward<T>(object)};
    }
}

}  // namespace app

/// Runs a synchronous handler on the pool of blocking threads: `app.get("/", blocking(handler))`.
/// Its arguments are fetched and its result converted on the loop.
template <class H>
app::WithMode<H, app::Mode::Blocking> blocking(H handler) {
    return {std::move(handler)};
}
/// Runs a synchronous handler on a fibre of its loop, so that it may await_sync().
template <class H>
app::WithMode<H, app::Mode::Fibre> fibre(H handler) {
    return {std::move(handler)};
}

}  // namespace pottle
