// SPDX-License-Identifier: MIT
/// \file
/// TypeKey: the identity of a type at run time, without RTTI, with a name for messages. Finds
/// installed extensions and what lies in a request's bag.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string_view>

namespace pottle::app {

/// Compared by address: there is one per type and program. Trap: not shared between a program and
/// a plug-in that was loaded with hidden visibility.
struct TypeKey {
    std::string_view name;  ///< as the compiler spells it: "shop::Db"
};

namespace detail {

template <class T>
consteval std::string_view pretty_type() {
    return __PRETTY_FUNCTION__;
}

/// Cuts the type's name out of the compiler's spelling of pretty_type<T>.
consteval std::string_view type_name(std::string_view pretty) {
    constexpr std::string_view marker = "T = ";
    const std::size_t begin = pretty.find(marker) + marker.size();
    // g++ goes on with the aliases of the signature: "[with T = X; std::string_view = ...]".
    std::size_t end = pretty.find(';', begin);
    if (end == pretty.npos) end = pretty.rfind(']');
    return pretty.substr(begin, end - begin);
}

}  // namespace detail

template <class T>
inline constexpr TypeKey type_key{detail::type_name(detail::pretty_type<T>())};

}  // namespace pottle::app
