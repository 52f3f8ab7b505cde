// SPDX-License-Identifier: MIT
/// \file
/// Randomness that nobody can guess, from the operating system's generator.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstddef>
#include <string>

namespace pottle::crypto {

/// `count` random octets. Errors: throws LogicError when the generator fails, which ends what
/// depended on it.
std::string random_octets(std::size_t count);
/// The base64url text of `count` random octets: for identifiers and tokens. 16 octets cannot be
/// guessed, 32 leave a margin.
std::string random_token(std::size_t count = 32);

}  // namespace pottle::crypto
