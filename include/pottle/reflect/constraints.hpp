// SPDX-License-Identifier: MIT
/// \file
/// Types that say what a value may be: `Text<1, 80> title; Int<1, 5> priority = 3;`. Each behaves
/// as its underlying type (text and lists by derivation, numbers by conversion both ways) and is
/// laid out as that type. The facts stand in the descriptor table; they are checked when a value is
/// decoded, not when it is assigned.
#pragma once

#include <pottle/reflect/table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pottle {

namespace reflect::detail {

/// A string literal as template argument.
template <std::size_t Size>
struct Literal {
    char text[Size]{};
    consteval Literal(const char (&literal)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) text[i] = literal[i];
    }
    constexpr std::string_view view() const { return {text, Size - 1}; }
};

/// A regular expression that is matched against the whole text. The constructor throws LogicError
/// when RE2 refuses the expression.
class CompiledPattern {
public:
    explicit CompiledPattern(std::string_view pattern);
    ~CompiledPattern();
    CompiledPattern(const CompiledPattern&) = delete;
    CompiledPattern& operator=(const CompiledPattern&) = delete;
    bool matches(std::string_view text) const;

private:
    void* expression_;  // RE2, whose header stays in the source file
};
template <Literal Pattern>
bool matches(std::string_view text) {
    static const CompiledPattern pattern(Pattern.view());
    return pattern.matches(text);
}

/// A bound of Real, so that both `Real<0, 1>` and `Real<0.5, 2>` can be written.
struct RealBound {
    double value;
    consteval RealBound(double bound) : value(bound) {}
    consteval RealBound(int bound) : value(bound) {}
};

/// A number (or bool, or enum) with facts.
template <class T>
class Scalar {
public:
    using Underlying = T;

    constexpr Scalar() = default;
    constexpr Scalar(T value) noexcept : value_(value) {}
    constexpr operator const T&() const noexcept { return value_; }
    constexpr operator T&() noexcept { return value_; }
    constexpr T value() const noexcept { return value_; }

private:
    T value_{};
};

/// A std::string with facts.
class String : public std::string {
public:
    using Underlying = std::string;
    using std::string::string;

    String() = default;
    String(std::string text) noexcept : std::string(std::move(text)) {}
};

}  // namespace reflect::detail

/// Text of Min to Max code points.
template <std::size_t Min, std::size_t Max>
class Text : public reflect::detail::String {
    static_assert(Min <= Max, "pottle: Text<min, max> needs min <= max");

public:
    using String::String;
    static constexpr reflect::Constraint kConstraint{.min_length = Min, .max_length = Max};
};

/// Text that matches a regular expression (RE2 syntax) as a whole.
template <reflect::detail::Literal Expression>
class Pattern : public reflect::detail::String {
public:
    using String::String;
    static constexpr reflect::Constraint kConstraint{
        .format = reflect::Constraint::Format::Pattern,
        .pattern = Expression.view(),
        .matches = &reflect::detail::matches<Expression>};
};

/// An e-mail address as browsers define it (HTML Living Standard, "valid email address"), of at
/// most 254 characters. Whether it exists only a message can tell.
class Email : public reflect::detail::String {
public:
    using String::String;
    static constexpr reflect::Constraint kConstraint{.format = reflect::Constraint::Format::Email,
                                                     .max_length = 254};
};

/// An absolute http or https URL (RFC 3986) of at most 2,083 characters.
class UrlText : public reflect::detail::String {
public:
    using String::String;
    static constexpr reflect::Constraint kConstraint{.format = reflect::Constraint::Format::Url,
                                                     .max_length = 2083};
};

/// A decimal number of any precision, kept as the text that was sent: `12.50` stays `12.50`. Read
/// from a JSON string or number, written as a string.
class Decimal : public reflect::detail::String {
public:
    using String::String;
    static constexpr reflect::Kind kKind = reflect::Kind::Decimal;
    static constexpr reflect::Constraint kConstraint{.max_length = 100};
};

/// One of a few texts.
template <reflect::detail::Literal... Options>
class Choice : public reflect::detail::String {
    static_assert(sizeof...(Options) > 0, "pottle: Choice<...> needs at least one text");

public:
    using String::String;
    static constexpr std::array<std::string_view, sizeof...(Options)> kChoices{Options.view()...};
    static constexpr reflect::Constraint kConstraint{.format = reflect::Constraint::Format::Choice,
                                                     .choices = kChoices.data(),
                                                     .choice_count = kChoices.size()};
};

/// An integer from Min to Max; with a third argument it may be absent and is then Default.
template <std::int64_t Min, std::int64_t Max, std::int64_t... Default>
class Int : public reflect::detail::Scalar<std::int64_t> {
    static_assert(Min <= Max, "pottle: Int<min, max> needs min <= max");
    static_assert(sizeof...(Default) <= 1, "pottle: Int<min, max, default> has one default");
    static_assert(((Min <= Default && Default <= Max) && ...),
                  "pottle: the default of Int<min, max, default> must lie between min and max");

    static constexpr std::int64_t initial() {
        if constexpr (sizeof...(Default) == 1)
            return (Default, ...);
        else
            return Min > 0 ? Min : Max < 0 ? Max : 0;
    }

public:
    static constexpr bool kHasDefault = sizeof...(Default) == 1;
    static constexpr reflect::Constraint kConstraint{.min_integer = Min, .max_integer = Max};

    constexpr Int() noexcept : Scalar(initial()) {}
    constexpr Int(std::int64_t value) noexcept : Scalar(value) {}
};

/// A number from Min to Max; with a third argument it may be absent and is then Default.
template <reflect::detail::RealBound Min, reflect::detail::RealBound Max,
          reflect::detail::RealBound... Default>
class Real : public reflect::detail::Scalar<double> {
    static_assert(Min.value <= Max.value, "pottle: Real<min, max> needs min <= max");
    static_assert(sizeof...(Default) <= 1, "pottle: Real<min, max, default> has one default");
    static_assert(((Min.value <= Default.value && Default.value <= Max.value) && ...),
                  "pottle: the default of Real<min, max, default> must lie between min and max");

    static constexpr double initial() {
        if constexpr (sizeof...(Default) == 1)
            return (Default.value, ...);
        else
            return Min.value > 0 ? Min.value : Max.value < 0 ? Max.value : 0.0;
    }

public:
    static constexpr bool kHasDefault = sizeof...(Default) == 1;
    static constexpr reflect::Constraint kConstraint{.min_real = Min.value, .max_real = Max.value};

    constexpr Real() noexcept : Scalar(initial()) {}
    constexpr Real(double value) noexcept : Scalar(value) {}
};

/// A list of Min to Max items.
template <class T, std::size_t Min, std::size_t Max>
class List : public std::vector<T> {
    static_assert(Min <= Max, "pottle: List<T, min, max> needs min <= max");

public:
    using Underlying = std::vector<T>;
    using Underlying::Underlying;
    static constexpr reflect::Constraint kConstraint{.min_length = Min, .max_length = Max};

    List() = default;
    List(Underlying items) noexcept : Underlying(std::move(items)) {}
};

namespace reflect::detail {

/// The second argument of Default: a number, a bool, an enumerator or a string literal.
template <class T>
struct Constant {
    T value;
    constexpr Constant(T v) : value(v) {}
};
template <std::size_t Size>
struct Constant<Literal<Size>> {
    Literal<Size> value;
    consteval Constant(const char (&literal)[Size]) : value(literal) {}
};
template <class T>
Constant(T) -> Constant<T>;
template <std::size_t Size>
Constant(const char (&)[Size]) -> Constant<Literal<Size>>;

template <class T>
struct FactsOf {
    static constexpr Constraint value{};
};
template <class T>
    requires requires { T::kConstraint; }
struct FactsOf<T> {
    static constexpr Constraint value = T::kConstraint;
};

template <class T>
concept ScalarType = std::is_arithmetic_v<T> || std::is_enum_v<T>;

}  // namespace reflect::detail

/// A T that may be absent and is then Value: `Default<bool, false> done; Default<Text<1, 9>, "x">
/// t;`
template <class T, reflect::detail::Constant Value>
class Default : public T {
public:
    using Underlying = T;
    using T::T;
    static constexpr bool kHasDefault = true;
    static constexpr reflect::Constraint kConstraint = reflect::detail::FactsOf<T>::value;

    Default() : T(initial()) {}
    Default(T value) : T(std::move(value)) {}

private:
    static auto initial() {
        if constexpr (requires { Value.value.view(); })
            return T(std::string(Value.value.view()));
        else
            return T(Value.value);
    }
};
template <reflect::detail::ScalarType T, reflect::detail::Constant Value>
class Default<T, Value> : public reflect::detail::Scalar<T> {
public:
    static constexpr bool kHasDefault = true;
    static constexpr reflect::Constraint kConstraint{};

    constexpr Default() noexcept : reflect::detail::Scalar<T>(static_cast<T>(Value.value)) {}
    constexpr Default(T value) noexcept : reflect::detail::Scalar<T>(value) {}
};

}  // namespace pottle
