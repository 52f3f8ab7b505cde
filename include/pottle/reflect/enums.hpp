// SPDX-License-Identifier: MIT
/// \file
/// Names of enumerators, without macros in user code. A name is cut from the compiler's spelling of
/// a value; which values are tried is EnumRange.
#pragma once

#include <pottle/reflect/fields.hpp>
#include <pottle/reflect/table.hpp>

#include <array>
#include <cstdint>

namespace pottle::reflect {

/// The values that are tried as enumerators of E, both ends included. Specialise it for an enum
/// with others: `template <> struct pottle::reflect::EnumRange<Code> { static constexpr int low =
/// -8, high = 200; };`. Each tried value costs compile time.
template <class E>
struct EnumRange {
    static constexpr int low = 0;
    static constexpr int high = 63;
};

namespace detail {

template <auto Value>
consteval std::string_view enumerator_name() {
    const std::string_view name = argument_text(__PRETTY_FUNCTION__, "Value = ");
    // A value without enumerator is spelled as a cast or a number: (app::Role)7, -1.
    const std::size_t cast_end = name.rfind(')') + 1;  // 0 without a cast
    const char first = name[cast_end];
    if (first == '-' || (first >= '0' && first <= '9')) return {};
    return unqualified(name);
}

template <class E, int... Offset>
consteval auto try_enumerators(std::integer_sequence<int, Offset...>) {
    return std::array<Enumerator, sizeof...(Offset)>{
        Enumerator{enumerator_name<static_cast<E>(EnumRange<E>::low + Offset)>(),
                   EnumRange<E>::low + Offset}...};
}

template <std::size_t Size>
consteval std::size_t count_named(const std::array<Enumerator, Size>& tried) {
    std::size_t named = 0;
    for (const Enumerator& e : tried) named += !e.name.empty();
    return named;
}

template <class E>
consteval auto make_enumerators() {
    constexpr auto tried = try_enumerators<E>(
        std::make_integer_sequence<int, EnumRange<E>::high - EnumRange<E>::low + 1>{});
    constexpr std::size_t count = count_named(tried);
    static_assert(count > 0,
                  "pottle: no enumerator of this enum lies in 0..63: specialise "
                  "pottle::reflect::EnumRange for it");
    std::array<Enumerator, count> found{};
    std::size_t next = 0;
    for (const Enumerator& e : tried)
        if (!e.name.empty()) found[next++] = e;
    return found;
}

}  // namespace detail

/// Names and values of the enumerators of E.
template <class E>
inline constexpr auto enumerators = detail::make_enumerators<E>();

}  // namespace pottle::reflect
