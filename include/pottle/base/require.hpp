// SPDX-License-Identifier: MIT
/// \file
/// Checks of our own invariants. They throw: the request gets 500 or the connection is closed, the
/// process lives.
#pragma once

#include <pottle/base/compiler.hpp>

#include <exception>

namespace pottle {

/// A defect in Pottle or in how it is called, never a peer's mistake.
class LogicError : public std::exception {
public:
    /// `what` must have static storage.
    explicit LogicError(const char* what) noexcept : what_(what) {}
    ~LogicError() override;
    const char* what() const noexcept override { return what_; }

private:
    const char* what_;
};

namespace detail {
[[noreturn]] void throw_logic_error(const char* what);
}

}  // namespace pottle

/// Throws LogicError with file, line and `sentence` (a literal) unless `condition` holds. Also in
/// release builds.
#define POTTLE_STRINGIFY_DETAIL(x) #x
#define POTTLE_STRINGIFY(x) POTTLE_STRINGIFY_DETAIL(x)
#define POTTLE_REQUIRE(condition, sentence)                                                   \
    do {                                                                                      \
        if (!(condition)) [[unlikely]]                                                        \
            ::pottle::detail::throw_logic_error(sentence " (" __FILE__                        \
                                                         ":" POTTLE_STRINGIFY(__LINE__) ")"); \
    } while (false)
