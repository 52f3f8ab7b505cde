// SPDX-License-Identifier: MIT
/// \file
/// Needs: what the core must have ready before a handler may start, known per signature at compile
/// time.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>

namespace pottle {

/// A mask. An Inject<T> asks for more with `static constexpr Needs needs = Needs::Body;`.
enum class Needs : std::uint8_t {
    Nothing = 0,
    Body = 1,        ///< the whole body in memory
    AsyncValue = 2,  ///< a parameter is the result of a Task: fetching may suspend
    Form = 4,        ///< the fields and files of a form
    Session = 8,     ///< the session, opened
    Events = 16      ///< the handler sends its answer itself, while it runs (EventStream&)
};

constexpr Needs operator|(Needs a, Needs b) {
    return static_cast<Needs>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Needs all, Needs one) {
    return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0;
}

}  // namespace pottle
