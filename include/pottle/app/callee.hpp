// SPDX-License-Identifier: MIT
/// \file
/// Callee: a callable without its type, two words. Who knows the signature casts it back
/// (shim.hpp).
#pragma once

#include <pottle/base/compiler.hpp>

#include <utility>

namespace pottle::app {

/// A free function, or a closure with the function that enters it. A value that moves; owns the
/// closure.
class Callee {
public:
    using Function = void (*)();

    Callee() = default;
    /// A free function or a lambda without captures.
    explicit Callee(Function function) noexcept : function_(function) {}
    /// A closure: `enter` takes it as a first parameter of type void*.
    Callee(Function enter, void* closure, void (*destroy)(void*) noexcept) noexcept
        : function_(enter), closure_(closure), destroy_(destroy) {}
    Callee(Callee&& other) noexcept
        : function_(other.function_),
          closure_(std::exchange(other.closure_, nullptr)),
          destroy_(other.destroy_) {}
    Callee& operator=(Callee&& other) noexcept {
        std::swap(function_, other.function_);
        std::swap(closure_, other.closure_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    ~Callee() {
        if (closure_) destroy_(closure_);
    }

    Function function() const noexcept { return function_; }
    void* closure() const noexcept { return closure_; }

private:
    Function function_ = nullptr;
    void* closure_ = nullptr;
    void (*destroy_)(void*) noexcept = nullptr;
};

}  // namespace pottle::app
