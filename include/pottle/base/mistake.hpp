// SPDX-License-Identifier: MIT
/// \file
/// How a compile-time check names a mistake on the user's own line.
///
/// clang 19 swallows a failing consteval call inside a lambda (P2564 makes the lambda consteval
/// instead of reporting), so the sentence comes from `diagnose_if`. g++ has no such attribute and
/// reports the undefined function that the consteval constructor calls: its name is the sentence.
/// `diagnose_if` is evaluated once per attribute (12 ms for seventeen of them), so a second
/// constructor of the same signature, marked POTTLE_ONLY_IF, is preferred when its one condition
/// holds and good code pays for one evaluation.
#pragma once

#include <pottle/base/compiler.hpp>

#ifdef __clang__
// Programs that take these headers with -I and compile with -Wpedantic are not told of extensions.
#define POTTLE_EXTENSION(attribute)                                                       \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wgcc-compat\"") \
        __attribute__((attribute)) _Pragma("clang diagnostic pop")
#define POTTLE_ONLY_IF(condition) POTTLE_EXTENSION(enable_if(condition, ""))
#define POTTLE_REFUSE_IF(condition, text) \
    POTTLE_EXTENSION(diagnose_if(condition, "pottle: " text, "error"))
#else
#define POTTLE_REFUSE_IF(condition, text)
#endif
