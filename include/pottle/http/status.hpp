// SPDX-License-Identifier: MIT
/// \file
/// Status codes: their phrases and what they say about a body.
#pragma once

#include <pottle/base/compiler.hpp>

#include <string_view>

namespace pottle::http {

/// "Not Found" for 404; empty for a code that is not registered.
std::string_view status_phrase(int status) noexcept;

/// 1xx, 204 and 304 never have a body (RFC 9110 6.4.1).
constexpr bool status_has_body(int status) noexcept {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace pottle::http
