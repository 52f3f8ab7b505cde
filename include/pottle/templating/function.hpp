// SPDX-License-Identifier: MIT
/// \file
/// Function: a callable of the application as templates call it. Made from a plain C++ callable,
/// whose parameters say what it takes:
///
///     environment.add_filter("shout", [](std::string_view text, std::optional<long> times) {...});
///     environment.add_global("now", [](Render&) -> Task<std::string> {...});      // awaited
///
/// Parameters: bool, integers, float/double, std::string_view, std::string, Value, std::optional of
/// these (for an argument that may be left out) and, anywhere, Render&, which takes no argument; or
/// Call& for a function that looks at its arguments itself, keywords too. Results: whatever
/// Value::of() takes by value (texts are copied), Markup, Value, void (None), and a Task of any of
/// them.
#pragma once

#include <pottle/async/task.hpp>
#include <pottle/templating/call.hpp>
#include <pottle/templating/object.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace pottle::templating {

namespace detail {

using reflect::detail::is_optional;

template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... A>
struct Signature<R (*)(A...)> {
    using Result = R;
    using Parameters = std::tuple<std::remove_cvref_t<A>...>;
    static constexpr std::size_t size = sizeof...(A);
};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R (*)(A...)> {};

template <class T>
inline constexpr bool is_ambient = std::same_as<T, Render> || std::same_as<T, Call>;

/// The arguments of a call, taken one by one.
struct Taker {
    Call& call;
    std::size_t next = 0;

    bool has_next() const { return next < call.positional().size(); }

    template <class T>
    decltype(auto) take() {
        if constexpr (std::same_as<T, Render>) {
            return (call.render());
        } else if constexpr (std::same_as<T, Call>) {
            return (call);
        } else if constexpr (is_optional<T>) {
            if (!has_next()) return T{};
            return T{convert<typename T::value_type>(call.positional()[next++])};
        } else {
            return convert<T>(call.positional()[next++]);
        }
    }
    template <class T>
    T convert(const Value& value) const {
        if constexpr (std::same_as<T, Value>) {
            return value;
        } else if constexpr (std::same_as<T, bool>) {
            return truth(value);
        } else if constexpr (std::integral<T>) {
            return checked<T>(call.integer(value));
        } else if constexpr (std::floating_point<T>) {
            return static_cast<T>(call.number(value));
        } else {
            static_assert(std::constructible_from<T, std::string_view>,
                          "pottle: a template function takes bool, numbers, std::string_view, "
                          "std::string, templating::Value, std::optional of these, Render& and "
                          "Call&");
            return T(call.string(value));
        }
    }
    template <class T>
    T checked(std::int64_t number) const {
        if (!std::in_range<T>(number))
            fail(ErrorKind::Value, std::string(call.name()) + "(): the number does not fit");
        return static_cast<T>(number);
    }
};

/// A value that outlives the function's result.
template <class T>
Value keep(Render& render, T&& result) {
    using Plain = std::remove_cvref_t<T>;
    if constexpr (std::same_as<Plain, Value>) {
        return result;
    } else if constexpr (std::same_as<Plain, Markup>) {
        return render.markup(result.text);
    } else if constexpr (std::is_arithmetic_v<Plain>) {
        return Value::of(result);
    } else if constexpr (std::convertible_to<const Plain&, std::string_view>) {
        return render.string(std::string_view(result));
    } else {
        return Value::of(*render.arena().template make<Plain>(std::forward<T>(result)));
    }
}

template <class F>
Value invoke(F& function, Call& call) {
    using Info = Signature<F>;
    using Parameters = typename Info::Parameters;
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> Value {
        constexpr std::size_t most =
            (std::size_t{0} + ... + !is_ambient<std::tuple_element_t<I, Parameters>>);
        constexpr std::size_t least =
            most - (std::size_t{0} + ... + is_optional<std::tuple_element_t<I, Parameters>>);
        if constexpr (!(std::same_as<std::tuple_element_t<I, Parameters>, Call> || ...))
            call.expect(least, most);
        Taker taker{call};
        using Result = typename Info::Result;
        // Braces: the arguments are taken from left to right.
        std::tuple<decltype(taker.template take<std::tuple_element_t<I, Parameters>>())...>
            arguments{taker.template take<std::tuple_element_t<I, Parameters>>()...};
        if constexpr (std::is_void_v<Result>) {
            std::apply(function, std::move(arguments));
            return Value::none();
        } else if constexpr (std::same_as<Result, Task<>>) {
            call.render().await(std::apply(function, std::move(arguments)));
            return Value::none();
        } else if constexpr (is_task<Result>) {
            return keep(call.render(),
                        call.render().await(std::apply(function, std::move(arguments))));
        } else {
            return keep(call.render(), std::apply(function, std::move(arguments)));
        }
    }(std::make_index_sequence<Info::size>{});
}

}  // namespace detail

/// An owned callable. A value that is moved, one object and its state.
///
/// Thread: called on every loop, possibly at once.
class Function final : public Object {
public:
    /// A built-in, without state.
    Function(std::string_view name, Native native) : name_(name), native_(native) {}
    template <class F>
        requires(!std::convertible_to<F, Native>)
    Function(std::string_view name, F function)
        : name_(name),
          state_(new F(std::move(function))),
          invoke_([](void* state, Call& call) {
              return detail::invoke(*static_cast<F*>(state), call);
          }),
          destroy_([](void* state) { delete static_cast<F*>(state); }),
          awaits_(is_task<typename detail::Signature<F>::Result>) {}
    ~Function() override;

    std::string_view name() const noexcept { return name_; }
    /// Whether it may suspend, so that a rendering which can call it needs a fibre.
    bool awaits() const noexcept override { return awaits_; }
    Value run(Call& call) const { return native_ ? native_(call) : invoke_(state_, call); }

    std::string_view type_name() const override { return "function"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override { return run(call); }
    void append_text(std::string& out) const override;

private:
    std::string name_;
    Native native_ = nullptr;
    void* state_ = nullptr;
    Value (*invoke_)(void*, Call&) = nullptr;
    void (*destroy_)(void*) = nullptr;
    bool awaits_ = false;
};

}  // namespace pottle::templating
