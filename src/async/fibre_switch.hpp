// SPDX-License-Identifier: MIT
/// \file
/// What has to be told and kept on every change of stacks besides the registers, which are
/// Boost.Context's: the exceptions being handled, and the sanitizers' idea of the current stack.
#pragma once

#include "sanitizers.hpp"

#include <cstddef>
#include <utility>

#include <cxxabi.h>

#if POTTLE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if POTTLE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace pottle::async::detail {

/// The exceptions that a stack is handling. The C++ runtime keeps them per thread, as a list in the
/// order of the catch blocks; a fibre that awaits inside a catch block must take its list along, or
/// two of them would end each other's exceptions.
class HandledExceptions {
public:
    /// Puts the thread's list away here and gives it the one that was here.
    void exchange() noexcept {
        auto& thread = *reinterpret_cast<Globals*>(abi::__cxa_get_globals());
        std::swap(thread, kept_);
    }

private:
    struct Globals {  // Itanium C++ ABI: Exception Handling, 2.2.2
        void* caught = nullptr;
        unsigned int uncaught = 0;
    };
    Globals kept_;
};

/// The sanitizers' view of one fibre; nothing in other builds. Called in this order: enter, started
/// (or resumed), leave (or end), returned.
class SanitizerSwitch {
public:
#if POTTLE_TSAN
    SanitizerSwitch() noexcept : fibre_(__tsan_create_fiber(0)) {}
    ~SanitizerSwitch() { __tsan_destroy_fiber(fibre_); }
#else
    SanitizerSwitch() = default;
#endif
    SanitizerSwitch(const SanitizerSwitch&) = delete;
    SanitizerSwitch& operator=(const SanitizerSwitch&) = delete;

    /// On the caller's stack, just before the change to the fibre's.
    void enter([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) noexcept {
#if POTTLE_ASAN
        __sanitizer_start_switch_fiber(&caller_fake_, bottom, size);
#endif
#if POTTLE_TSAN
        caller_ = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(fibre_, 0);
#endif
    }
    /// On the caller's stack, when the fibre has left or ended.
    void returned() noexcept {
#if POTTLE_ASAN
        __sanitizer_finish_switch_fiber(caller_fake_, nullptr, nullptr);
#endif
    }
    /// On the fibre's stack, first thing.
    void started() noexcept { resumed(); }
    void resumed() noexcept {
#if POTTLE_ASAN
        __sanitizer_finish_switch_fiber(std::exchange(fake_, nullptr), &caller_bottom_,
                                        &caller_size_);
#endif
    }
    /// On the fibre's stack, just before the change to the caller's.
    void leave() noexcept {
#if POTTLE_ASAN
        __sanitizer_start_switch_fiber(&fake_, caller_bottom_, caller_size_);
#endif
        back();
    }
    /// The same for the last time.
    void end() noexcept {
#if POTTLE_ASAN
        __sanitizer_start_switch_fiber(nullptr, caller_bottom_, caller_size_);
#endif
        back();
    }

private:
    void back() noexcept {
#if POTTLE_TSAN
        __tsan_switch_to_fiber(caller_, 0);
#endif
    }
#if POTTLE_ASAN
    void* fake_ = nullptr;
    void* caller_fake_ = nullptr;
    const void* caller_bottom_ = nullptr;
    std::size_t caller_size_ = 0;
#endif
#if POTTLE_TSAN
    void* fibre_;
    void* caller_ = nullptr;
#endif
};

}  // namespace pottle::async::detail
