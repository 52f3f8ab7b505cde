// SPDX-License-Identifier: MIT
/// \file
/// Callback and Outcome: how run_blocking() and fibres hand a call to code that knows nothing of
/// its types, and get the result back.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace pottle::async::detail {

/// Refers to something callable without arguments that must outlive it. Calling must not throw.
class Callback {
public:
    template <class Fn>
        requires(!std::is_same_v<Fn, Callback>)
    explicit Callback(Fn& fn) noexcept
        : object_(&fn), call_([](void* object) { (*static_cast<Fn*>(object))(); }) {}
    void operator()() const { call_(object_); }

private:
    void* object_;
    void (*call_)(void*);
};

/// The value or the exception of a call that was made elsewhere.
template <class T>
class Outcome {
public:
    template <class Fn>
    void record(Fn fn) noexcept {
        try {
            value_.emplace(fn());
        } catch (...) {
            error_ = std::current_exception();
        }
    }
    T take() {
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
    std::exception_ptr error_;
};

template <>
class Outcome<void> {
public:
    template <class Fn>
    void record(Fn fn) noexcept {
        try {
            fn();
        } catch (...) {
            error_ = std::current_exception();
        }
    }
    void take() {
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    }

private:
    std::exception_ptr error_;
};

}  // namespace pottle::async::detail
