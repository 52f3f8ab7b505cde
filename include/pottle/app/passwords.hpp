// SPDX-License-Identifier: MIT
/// \file
/// Password hashes in handlers: made and verified on the blocking pool, because that takes tens of
/// milliseconds by design. The formats, and what they cost, are crypto/password.hpp.
#pragma once

#include <pottle/async/task.hpp>
#include <pottle/crypto/password.hpp>

#include <string>

namespace pottle {

/// What to store in place of `password`.
/// Errors: throws Overloaded when the pool's queue is full.
Task<std::string> generate_password_hash(
    std::string password, crypto::PasswordMethod method = crypto::PasswordMethod::Scrypt);

/// Whether `password` is the one that `hash` was made of; Werkzeug's hashes, and Argon2id.
/// Errors: throws Overloaded when the pool's queue is full.
Task<bool> check_password_hash(std::string hash, std::string password);

}  // namespace pottle
