// SPDX-License-Identifier: MIT
/// \file
/// The system's words for an errno.
#pragma once

#include <cstring>

namespace pottle::net {

/// Static storage, any thread; unlike std::error_category it needs no object, so it is safe in
/// destructors and where the process is out of everything.
inline const char* error_text(int error) noexcept {
    const char* text = ::strerrordesc_np(error);
    return text ? text : "unknown error";
}

}  // namespace pottle::net
