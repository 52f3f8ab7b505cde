// SPDX-License-Identifier: MIT
/// \file
/// call(): std::invoke for functions and member functions, without the cost of <functional>.
#pragma once

#include <type_traits>
#include <utility>

namespace pottle::async::detail {

template <class Fn, class... Args>
auto call(Fn&& fn, Args&&... args) -> decltype(std::forward<Fn>(fn)(std::forward<Args>(args)...)) {
    return std::forward<Fn>(fn)(std::forward<Args>(args)...);
}

template <class Member, class Class, class Object, class... Args>
    requires std::is_function_v<Member>
decltype(auto) call(Member Class::* function, Object&& object, Args&&... args) {
    if constexpr (requires { *object; })
        return ((*object).*function)(std::forward<Args>(args)...);
    else if constexpr (requires { object.get(); })  // std::reference_wrapper
        return (object.get().*function)(std::forward<Args>(args)...);
    else
        return (std::forward<Object>(object).*function)(std::forward<Args>(args)...);
}

/// What call() gives, as a value.
template <class Fn, class... Args>
using CallResult =
    std::decay_t<decltype(detail::call(std::declval<Fn>(), std::declval<Args>()...))>;

}  // namespace pottle::async::detail
