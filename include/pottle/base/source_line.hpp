// SPDX-License-Identifier: MIT
/// \file
/// A line of the user's program, kept with routes and options so that messages can name it.
#pragma once

namespace pottle {

/// File and line of a call. A value.
///
/// Taken with `__builtin_FILE()` and `__builtin_LINE()` as default arguments and not with
/// std::source_location: g++ 14 moves a class-type default argument of a consteval constructor into
/// the coroutine frame and then finds that it is not constant.
struct SourceLine {
    const char* file = "";
    unsigned line = 0;

    static constexpr SourceLine here(const char* file = __builtin_FILE(),
                                     unsigned line = __builtin_LINE()) {
        return {file, line};
    }
};

}  // namespace pottle
