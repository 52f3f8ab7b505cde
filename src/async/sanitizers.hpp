// SPDX-License-Identifier: MIT
/// \file
/// Which sanitizer this build has: POTTLE_ASAN and POTTLE_TSAN are 1 or 0. g++ and clang say it in
/// different ways.
#pragma once

#if defined(__has_feature)
#define POTTLE_HAS_FEATURE(feature) __has_feature(feature)
#else
#define POTTLE_HAS_FEATURE(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || POTTLE_HAS_FEATURE(address_sanitizer)
#define POTTLE_ASAN 1
#else
#define POTTLE_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__) || POTTLE_HAS_FEATURE(thread_sanitizer)
#define POTTLE_TSAN 1
#else
#define POTTLE_TSAN 0
#endif
