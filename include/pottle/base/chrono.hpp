// SPDX-License-Identifier: MIT
/// \file
/// Durations, clocks and literals without the 0.75 s that the whole of <chrono> costs every
/// translation unit (calendars and formatting are most of it). Sources that need those include
/// <chrono> themselves.
#pragma once

#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

namespace pottle {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;
using Seconds = std::chrono::seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

inline namespace literals {
using namespace std::chrono_literals;  // `timeout(5s, ...)` after `using namespace pottle`
}

}  // namespace pottle
