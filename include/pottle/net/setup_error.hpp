// SPDX-License-Identifier: MIT
/// \file
/// SetupError: why a socket, certificate or other resource could not be set up. Unlike Error it
/// owns its text, because a message at start-up names the file or address that is wrong.
#pragma once

#include <pottle/base/error.hpp>

#include <expected>
#include <string>

namespace pottle::net {

/// A failure at start-up, for the operator. A value.
struct SetupError {
    Errc code = Errc::System;
    int system_error = 0;  ///< errno, 0 when the operating system was not involved
    std::string message;   ///< one sentence that names what is wrong and which text or file
};

template <class T = void>
using SetupResult = std::expected<T, SetupError>;

}  // namespace pottle::net
