// SPDX-License-Identifier: MIT
/// \file
/// PathConverter<T>: how the text of a `<parameter>` in a route becomes a handler's argument. Own
/// types specialise it.
#pragma once

#include <pottle/app/path_value.hpp>
#include <pottle/app/pattern_parser.hpp>
#include <pottle/base/uuid.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// A specialisation has `static constexpr Converter kind`, which converter of the pattern it
/// accepts (Converter::Custom for any, also for a name of its own: `<color:name>`), and
/// `static bool parse(std::string_view text, T& out)`: false means that the URL does not exist,
/// 404.
template <class T>
struct PathConverter;

template <class T>
concept PathValue = std::default_initializable<T> && requires(std::string_view text, T& out) {
    { PathConverter<T>::parse(text, out) } -> std::same_as<bool>;
    { PathConverter<T>::kind } -> std::convertible_to<Converter>;
};

template <>
struct PathConverter<std::string> {
    static constexpr Converter kind = Converter::String;
    static bool parse(std::string_view text, std::string& out) {
        out = text;
        return true;
    }
};

template <std::signed_integral T>
struct PathConverter<T> {
    static constexpr Converter kind = Converter::Int;
    static bool parse(std::string_view text, T& out) {
        using Limits = std::numeric_limits<T>;
        long long value = 0;
        if (!parse_path_integer(text, value, Limits::min(), Limits::max())) return false;
        out = static_cast<T>(value);
        return true;
    }
};

template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
struct PathConverter<T> {
    static constexpr Converter kind = Converter::Int;
    static bool parse(std::string_view text, T& out) {
        unsigned long long value = 0;
        if (!parse_path_unsigned(text, value, std::numeric_limits<T>::max())) return false;
        out = static_cast<T>(value);
        return true;
    }
};

template <>
struct PathConverter<double> {
    static constexpr Converter kind = Converter::Float;
    static bool parse(std::string_view text, double& out) { return parse_path_real(text, out); }
};

template <>
struct PathConverter<Uuid> {
    static constexpr Converter kind = Converter::Uuid;
    static bool parse(std::string_view text, Uuid& out) noexcept {
        const std::optional<Uuid> value = Uuid::parse(text);
        if (value) out = *value;
        return value.has_value();
    }
};

}  // namespace pottle
