// SPDX-License-Identifier: MIT
/// \file
/// Refuses compilers that miscompile or cannot parse Pottle. Included first by every base header.
/// Why these versions: docs/decisions/0001-compilers.md.
#pragma once

#if defined(__clang__)
#if __clang_major__ < 19
#error \
    "Pottle needs clang 19 or newer (Debian: apt install clang-19, then -DCMAKE_CXX_COMPILER=clang++-19): older ones lack parts of C++23."
#endif
#elif defined(__GNUC__)
#if __GNUC__ < 14
#error \
    "Pottle needs g++ 14 or newer, or clang 19 (Debian: apt install clang-19, then -DCMAKE_CXX_COMPILER=clang++-19): g++ 12 and 13 free temporaries twice in ordinary coroutine code."
#endif
#else
#error "Pottle is built with clang 19 or newer, or g++ 14 or newer."
#endif

#if __cplusplus < 202302L && !(defined(__clang__) && __cplusplus >= 202101L)
#error "Pottle needs C++23: compile with -std=c++23."
#endif
