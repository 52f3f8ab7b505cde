// SPDX-License-Identifier: MIT
/// \file
/// What a parameter of a handler or hook is, decided from its type alone.
#pragma once

#include <pottle/app/handler_info.hpp>
#include <pottle/app/inject.hpp>
#include <pottle/app/path_converter.hpp>

#include <type_traits>

namespace pottle::app {

enum class Param : std::uint8_t {
    PathValue,
    Injected,
    Extension,  ///< X& of an installed extension
    Error,      ///< const E& of an errorhandler
    // mistakes
    PathValueByReference,
    ValueByReference,
    WebsocketOfRequest,  ///< Websocket& in a handler of requests
    BodyOfWebsocket,     ///< a body, or an answer, in a handler of websockets
    Unknown
};

template <class A>
inline constexpr bool is_mutable_class_reference =
    std::is_lvalue_reference_v<A> && std::is_class_v<std::remove_reference_t<A>> &&
    !std::is_const_v<std::remove_reference_t<A>>;
template <class A>
inline constexpr bool is_const_class_reference =
    std::is_lvalue_reference_v<A> && std::is_class_v<std::remove_reference_t<A>> &&
    std::is_const_v<std::remove_reference_t<A>>;

/// Handlers of routes; hooks and error handlers serve many of them.
constexpr bool has_pattern(Role role) {
    return role == Role::Handler || role == Role::Websocket;
}

template <class A>
consteval bool reads_body() {
    if constexpr (std::is_same_v<A, BodyStream&>) return true;
    if constexpr (requires { Inject<A>::needs; })
        return has(Inject<A>::needs, Needs::Body) || has(Inject<A>::needs, Needs::Form) ||
               has(Inject<A>::needs, Needs::Events);
    return false;
}

template <class A, Role role>
consteval Param classify() {
    using Value = std::remove_cvref_t<A>;
    if constexpr (role == Role::Handler && std::is_same_v<Value, Websocket>)
        return Param::WebsocketOfRequest;
    if constexpr (role == Role::Websocket && Injectable<A>)
        if constexpr (reads_body<A>()) return Param::BodyOfWebsocket;
    if constexpr (role == Role::Error && is_const_class_reference<A>) return Param::Error;
    if constexpr (Injectable<A>) return Param::Injected;
    if constexpr (Injectable<Value>) return Param::ValueByReference;
    if constexpr (PathValue<Value>) {
        // Hooks and error handlers serve many routes: there are no path values to give them.
        if constexpr (!has_pattern(role)) return Param::Unknown;
        return std::is_same_v<A, Value> ? Param::PathValue : Param::PathValueByReference;
    }
    return is_mutable_class_reference<A> ? Param::Extension : Param::Unknown;
}

constexpr bool is_mistake(Param param) {
    return param >= Param::PathValueByReference;
}

/// The parameters of one signature, as constants.
template <Role role, class... A>
struct Params {
    static constexpr std::size_t path_count =
        (std::size_t{classify<A, role>() == Param::PathValue} + ... + 0);
    static constexpr std::size_t extension_count =
        (std::size_t{classify<A, role>() == Param::Extension} + ... + 0);

    /// The first mistake, or Param::Injected when there is none.
    static consteval Param find_mistake() {
        Param found = Param::Injected;
        ((found =
              is_mistake(found) || !is_mistake(classify<A, role>()) ? found : classify<A, role>()),
         ...);
        return found;
    }
    static constexpr Param mistake = find_mistake();

    template <class A1>
    static consteval Needs needs_of() {
        if constexpr (classify<A1, role>() != Param::Injected)
            return Needs::Nothing;
        else {
            Needs mask = injects_task<A1> ? Needs::AsyncValue : Needs::Nothing;
            if constexpr (requires { Inject<A1>::needs; }) mask = mask | Inject<A1>::needs;
            return mask;
        }
    }
    static constexpr Needs needs = (Needs::Nothing | ... | needs_of<A>());

    /// Which path value and which extension each parameter takes.
    struct Places {
        std::size_t path[sizeof...(A) + 1];
        std::size_t extension[sizeof...(A) + 1];
    };
    static consteval Places make_places() {
        Places table{};
        [[maybe_unused]] std::size_t i = 0, path = 0, extension = 0;
        ((table.path[i] = path, table.extension[i] = extension,
          path += classify<A, role>() == Param::PathValue,
          extension += classify<A, role>() == Param::Extension, ++i),
         ...);
        return table;
    }
    static constexpr Places places = make_places();

    struct Kinds {
        Converter kinds[path_count + 1];
    };
    static consteval Kinds make_kinds() {
        Kinds table{};
        [[maybe_unused]] std::size_t i = 0;
        (
            [&] {
                if constexpr (classify<A, role>() == Param::PathValue)
                    table.kinds[i++] = PathConverter<A>::kind;
            }(),
            ...);
        return table;
    }
    static constexpr Kinds kinds = make_kinds();

    struct Keys {
        const TypeKey* keys[extension_count + 1];
    };
    static consteval Keys make_keys() {
        Keys table{};
        [[maybe_unused]] std::size_t i = 0;
        (
            [&] {
                if constexpr (classify<A, role>() == Param::Extension)
                    table.keys[i++] = &type_key<std::remove_cvref_t<A>>;
            }(),
            ...);
        return table;
    }
    static constexpr Keys keys = make_keys();
};

}  // namespace pottle::app
