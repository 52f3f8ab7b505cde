// SPDX-License-Identifier: MIT
/// \file
/// SessionValue<T>: how a T stands in a session. Numbers, text, UUIDs, octets, times and tuples are
/// what a Flask application sees under the same key; plain structs and what they may hold are JSON.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/base/uuid.hpp>
#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace pottle {

namespace app::detail {

/// Through a document: for types whose JSON is all that is known.
JsonValue session_value_of_json(std::string_view json);
std::string json_of_session_value(const JsonValue& value);

JsonValue session_time(std::int64_t unix_seconds);
std::optional<std::int64_t> read_session_time(const JsonValue& value);

JsonValue session_tuple(JsonArray items);
/// The items of a tuple or list of this size, or nullptr.
const JsonArray* find_session_tuple(const JsonValue& value, std::size_t size) noexcept;

}  // namespace app::detail

/// A specialisation has `static JsonValue to(const T&)` and `static std::optional<T> from(const
/// JsonValue&)`; from() returns nothing for a value of another kind. What they make and take is in
/// the tagged form of Flask's sessions, so a type of the application's own may have a tag of its
/// own.
template <class T>
struct SessionValue {
    static_assert(json::Encodable<T> && json::Decodable<T>,
                  "pottle: a session holds what has a JSON form: numbers, text, bool, vectors, "
                  "optionals, plain structs, Uuid, Bytes, times, tuples, JsonValue");
    static JsonValue to(const T& value) {
        return app::detail::session_value_of_json(json::encode(value));
    }
    static std::optional<T> from(const JsonValue& value) {
        T out{};
        if (!json::decode(app::detail::json_of_session_value(value), out)) return std::nullopt;
        return out;
    }
};

template <>
struct SessionValue<bool> {
    static JsonValue to(bool value) { return value; }
    static std::optional<bool> from(const JsonValue& value) {
        if (!value.is_bool()) return std::nullopt;
        return value.as_bool();
    }
};

template <std::integral T>
struct SessionValue<T> {
    static JsonValue to(T value) { return value; }
    static std::optional<T> from(const JsonValue& value) {
        if (value.kind() == JsonValue::Kind::Int && std::in_range<T>(value.as_int()))
            return static_cast<T>(value.as_int());
        if (value.kind() == JsonValue::Kind::Uint && std::in_range<T>(value.as_uint()))
            return static_cast<T>(value.as_uint());
        return std::nullopt;
    }
};

template <std::floating_point T>
struct SessionValue<T> {
    static JsonValue to(T value) { return value; }
    static std::optional<T> from(const JsonValue& value) {
        if (!value.is_number()) return std::nullopt;
        return static_cast<T>(value.as_double());
    }
};

template <>
struct SessionValue<std::string> {
    static JsonValue to(const std::string& value) { return value; }
    /// Markup is text too.
    static std::optional<std::string> from(const JsonValue& value);
};

template <>
struct SessionValue<JsonValue> {
    static JsonValue to(const JsonValue& value);
    /// Tuples come as arrays, octets and markup as text, UUIDs and times as their text.
    static std::optional<JsonValue> from(const JsonValue& value);
};

template <>
struct SessionValue<Uuid> {
    static JsonValue to(const Uuid& value);
    static std::optional<Uuid> from(const JsonValue& value);
};

template <>
struct SessionValue<Bytes> {
    static JsonValue to(const Bytes& value);
    static std::optional<Bytes> from(const JsonValue& value);
};

/// Whole seconds: the cookie has no smaller ones.
template <class Duration>
struct SessionValue<std::chrono::time_point<std::chrono::system_clock, Duration>> {
    using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;
    static JsonValue to(Time value) {
        return app::detail::session_time(
            std::chrono::floor<Seconds>(value.time_since_epoch()).count());
    }
    static std::optional<Time> from(const JsonValue& value) {
        const auto seconds = app::detail::read_session_time(value);
        if (!seconds) return std::nullopt;
        return Time(std::chrono::duration_cast<Duration>(Seconds(*seconds)));
    }
};

template <class T>
struct SessionValue<std::optional<T>> {
    static JsonValue to(const std::optional<T>& value) {
        return value ? SessionValue<T>::to(*value) : JsonValue();
    }
    static std::optional<std::optional<T>> from(const JsonValue& value) {
        if (value.is_null()) return std::optional<T>();
        std::optional<T> inner = SessionValue<T>::from(value);
        if (!inner) return std::nullopt;
        return inner;
    }
};

template <class T>
struct SessionValue<std::vector<T>> {
    static JsonValue to(const std::vector<T>& values) {
        JsonArray items;
        items.reserve(values.size());
        for (const auto& value : values) items.push_back(SessionValue<T>::to(value));
        return items;
    }
    static std::optional<std::vector<T>> from(const JsonValue& value) {
        if (!value.is_array()) return std::nullopt;
        std::vector<T> values;
        values.reserve(value.size());
        for (const JsonValue& item : value.as_array()) {
            std::optional<T> inner = SessionValue<T>::from(item);
            if (!inner) return std::nullopt;
            values.push_back(std::move(*inner));
        }
        return values;
    }
};

template <class... T>
struct SessionValue<std::tuple<T...>> {
    static JsonValue to(const std::tuple<T...>& value) {
        return std::apply(
            [](const T&... items) {
                return app::detail::session_tuple({SessionValue<T>::to(items)...});
            },
            value);
    }
    /// Also of a list of that size.
    static std::optional<std::tuple<T...>> from(const JsonValue& value) {
        const JsonArray* items = app::detail::find_session_tuple(value, sizeof...(T));
        if (!items) return std::nullopt;
        return read(*items, std::index_sequence_for<T...>{});
    }

private:
    template <std::size_t... I>
    static std::optional<std::tuple<T...>> read(const JsonArray& items, std::index_sequence<I...>) {
        std::tuple<std::optional<T>...> parts{SessionValue<T>::from(items[I])...};
        if (!(std::get<I>(parts).has_value() && ...)) return std::nullopt;
        return std::tuple<T...>{std::move(*std::get<I>(parts))...};
    }
};

template <class A, class B>
struct SessionValue<std::pair<A, B>> {
    static JsonValue to(const std::pair<A, B>& value) {
        return SessionValue<std::tuple<A, B>>::to({value.first, value.second});
    }
    static std::optional<std::pair<A, B>> from(const JsonValue& value) {
        auto parts = SessionValue<std::tuple<A, B>>::from(value);
        if (!parts) return std::nullopt;
        return std::pair<A, B>(std::move(std::get<0>(*parts)), std::move(std::get<1>(*parts)));
    }
};

}  // namespace pottle
