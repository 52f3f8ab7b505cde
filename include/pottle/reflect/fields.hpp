// SPDX-License-Identifier: MIT
/// \file
/// Members of a plain aggregate, without macros in user code: how many there are, references to
/// them, their names. How: the number is the most initialisers that `T{...}` accepts, the
/// references are a structured binding, a name is cut from the compiler's spelling of the address
/// of the member. What is built on top: table_of.hpp.
#pragma once

#include <pottle/base/compiler.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace pottle::reflect {

inline constexpr std::size_t kMaxFields = 64;

namespace detail {

/// Converts to any type but T itself (that would be a copy of the aggregate). Never called; defined
/// because T may live in an anonymous namespace, whose functions must be.
template <class T>
struct Anything {
    template <class U>
        requires(!std::is_same_v<U, T>)
    operator U() const noexcept {
        std::unreachable();
    }
};
/// Converts to the base classes of T only.
template <class T>
struct AnyBase {
    template <class U>
        requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
    operator U() const noexcept {
        std::unreachable();
    }
};
template <class T, std::size_t>
using AnythingAt = Anything<T>;

template <class T, class Indices>
inline constexpr bool accepts_list = false;
template <class T, std::size_t... I>
    requires requires { T{AnythingAt<T, I>{}...}; }
inline constexpr bool accepts_list<T, std::index_sequence<I...>> = true;
template <class T, std::size_t Count>
inline constexpr bool accepts = accepts_list<T, std::make_index_sequence<Count>>;

/// The largest count in [Low, High) that T{...} accepts.
template <class T, std::size_t Low, std::size_t High>
consteval std::size_t most_initialisers() {
    if constexpr (High - Low == 1) {
        return Low;
    } else {
        constexpr std::size_t middle = (Low + High) / 2;
        if constexpr (accepts<T, middle>)
            return most_initialisers<T, middle, High>();
        else
            return most_initialisers<T, Low, middle>();
    }
}

/// Whether the member that initialiser I starts is a C array of two or more elements. Brace elision
/// lets such an array take several initialisers, so a braced pair in its place leaves room for
/// fewer others than a braced pair for a class does.
template <class T, class Before, class After>
inline constexpr bool array_at = false;
template <class T, std::size_t... Before, std::size_t... After>
    requires requires { T{AnythingAt<T, Before>{}..., {Anything<T>{}, Anything<T>{}}}; }
inline constexpr bool array_at<T, std::index_sequence<Before...>, std::index_sequence<After...>> =
    !requires {
        T{AnythingAt<T, Before>{}..., {Anything<T>{}, Anything<T>{}}, AnythingAt<T, After>{}...};
    };
template <class T, std::size_t Count, std::size_t... I>
consteval bool any_array(std::index_sequence<I...>) {
    return (array_at<T, std::make_index_sequence<I>, std::make_index_sequence<Count - 1 - I>> ||
            ...);
}

template <class T, std::size_t Low, std::size_t High>
consteval std::size_t count_checked() {
    constexpr std::size_t count = most_initialisers<T, Low, High>();
    constexpr bool has_array = any_array<T, count>(std::make_index_sequence<count>{});
    static_assert(!has_array,
                  "pottle: a C array cannot be reflected: use std::array or std::string");
    return has_array ? 0 : count;
}

/// After a mistake the count is 0: one sentence, and no errors that only follow from it.
template <class T>
consteval std::size_t count_fields() {
    static_assert(std::is_class_v<T>, "pottle: only a struct can be reflected, and not a union");
    static_assert(std::is_aggregate_v<T>,
                  "pottle: a reflected struct must be a plain aggregate: remove its constructors, "
                  "private members and virtual functions");
    static_assert(
        !requires { T{AnyBase<T>{}}; },
        "pottle: a reflected struct cannot have a base class: make the base a member");
    static_assert(std::is_default_constructible_v<T>,
                  "pottle: every member of a reflected struct needs a default value: replace "
                  "references by values and give the others a default constructor");
    static_assert(!accepts<T, kMaxFields + 1>,
                  "pottle: a reflected struct has at most 64 members: group some in a struct");
    if constexpr (requires { T{AnyBase<T>{}}; })
        return 0;
    else if constexpr (accepts<T, 17>)
        return count_checked<T, 17, kMaxFields + 1>();
    else
        return count_checked<T, 0, 17>();
}

}  // namespace detail

/// Number of members of the aggregate T.
template <class T>
inline constexpr std::size_t field_count = detail::count_fields<std::remove_cv_t<T>>();

namespace detail {

void take_references(auto&... members);

/// std::true_type when a reference can be bound to each member: to a bit-field it cannot.
template <class T>
auto probe_references(T& value) {
    constexpr std::size_t count = field_count<T>;
    if constexpr (count == 0) {
        return std::true_type();
    }
#define POTTLE_BIND(number, ...)                                                 \
    else if constexpr (count == number) {                                        \
        auto& [__VA_ARGS__] = value;                                             \
        return std::bool_constant<requires { take_references(__VA_ARGS__); }>(); \
    }
#include <pottle/reflect/bind.inl.hpp>
#undef POTTLE_BIND
}

}  // namespace detail

/// Calls `use` with a reference to each member of `value`, in declaration order.
template <class T, class Use>
constexpr decltype(auto) with_fields(T& value, Use&& use) {
    constexpr std::size_t count = field_count<T>;
    if constexpr (count == 0) {
        return use();
    }
#define POTTLE_BIND(number, ...)          \
    else if constexpr (count == number) { \
        auto& [__VA_ARGS__] = value;      \
        return use(__VA_ARGS__);          \
    }
#include <pottle/reflect/bind.inl.hpp>  // NOLINT(misc-include-cleaner): the branches themselves
#undef POTTLE_BIND
}

namespace detail {

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class T>
struct Holder {
    T value;
};
/// Declared and never defined: only the names of its members' addresses are used.
template <class T>
extern const Holder<T> fake;

/// A structural wrapper: clang refuses a bare pointer to a subobject as template argument.
template <class T>
struct Address {
    const T* pointer;
};
template <class T>
Address(const T*) -> Address<T>;

template <auto Pointer>
consteval std::string_view spelled_pointer() {
    return __PRETTY_FUNCTION__;
}
/// The member's name at the end of a spelled address.
consteval std::string_view member_name(std::string_view spelled) {
#ifdef __clang__
    const std::size_t end = spelled.rfind('}');  // ...{&fake<T>.value.name}]
    const std::size_t begin = spelled.rfind('.', end) + 1;
#else
    const std::size_t end = spelled.rfind(")}");  // ...{(& fake<T>.Holder<T>::value.T::name)}...
    const std::size_t begin = spelled.rfind("::", end) + 2;
#endif
    return spelled.substr(begin, end - begin);
}

template <std::size_t I, class T>
struct Leaf {
    T value;
};
template <class Indices, class... T>
struct Pack;
template <std::size_t... I, class... T>
struct Pack<std::index_sequence<I...>, T...> : Leaf<I, T>... {};
template <std::size_t I, class T>
consteval T leaf(const Leaf<I, T>& from) {
    return from.value;
}

// What mentions `fake` stays inside consteval functions: g++ -O0 emits a constexpr variable that
// holds its address, and the link fails.
template <class T>
consteval auto field_addresses() {
    static_assert(decltype(probe_references(std::declval<T&>()))::value,
                  "pottle: a bit-field cannot be reflected: use bool or a small integer");
    return with_fields(fake<T>.value, [](auto&... member) {
        return Pack<std::index_sequence_for<decltype(member)...>, decltype(Address{&member})...>{
            {Address{&member}}...};
    });
}
template <class T, std::size_t... I>
consteval auto make_field_names(std::index_sequence<I...>) {
    [[maybe_unused]] constexpr auto addresses = field_addresses<T>();
    return std::array<std::string_view, sizeof...(I)>{
        member_name(spelled_pointer<leaf<I>(addresses)>())...};
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

template <class T>
consteval std::string_view spelled_type() {
    return __PRETTY_FUNCTION__;
}
/// Between `key` and the end of the template argument in a __PRETTY_FUNCTION__.
consteval std::string_view argument_text(std::string_view spelled, std::string_view key) {
    const std::size_t begin = spelled.find(key) + key.size();
#ifdef __clang__
    const std::size_t end = spelled.rfind(']');
#else
    std::size_t end = spelled.find(';', begin);
    if (end == spelled.npos) end = spelled.rfind(']');
#endif
    return spelled.substr(begin, end - begin);
}
/// Without namespaces and enclosing classes: `Page<app::Todo>` from `app::Page<app::Todo>`.
consteval std::string_view unqualified(std::string_view name) {
    std::size_t depth = 0;
    std::size_t cut = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '<' || name[i] == '(') ++depth;
        if (name[i] == '>' || name[i] == ')') --depth;
        if (depth == 0 && name[i] == ':') cut = i + 1;
    }
    return name.substr(cut);
}

}  // namespace detail

/// Names of the members of T, in declaration order.
template <class T>
inline constexpr auto field_names =
    detail::make_field_names<T>(std::make_index_sequence<field_count<T>>{});

/// Name of T without namespaces.
template <class T>
inline constexpr std::string_view type_name =
    detail::unqualified(detail::argument_text(detail::spelled_type<T>(), "T = "));

}  // namespace pottle::reflect
