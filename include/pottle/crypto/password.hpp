// SPDX-License-Identifier: MIT
/// \file
/// Password hashes: what is stored in place of a password. Werkzeug's formats, so that the users of
/// a Flask application keep theirs, and Argon2id. They take tens of milliseconds and tens of MiB by
/// design: handlers use app/passwords.hpp, which runs them on the blocking pool.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::crypto {

/// Which function, and at what cost.
enum class PasswordMethod : std::uint8_t {
    Scrypt,   ///< "scrypt:32768:8:1$salt$hex": Werkzeug's default; 32 MiB, about 60 ms
    Pbkdf2,   ///< "pbkdf2:sha256:1000000$salt$hex": Werkzeug's other one; no memory, about 250 ms
    Argon2id  ///< "$argon2id$v=19$m=19456,t=2,p=1$salt$hash" (RFC 9106); 19 MiB, about 25 ms
};

/// Hashes a password with a new random salt. `password` is UTF-8; any octets will do.
/// Errors: throws LogicError when there is no memory for it.
std::string hash_password(std::string_view password,
                          PasswordMethod method = PasswordMethod::Scrypt);

/// Whether `password` is the one that `hash` was made of, by any of the methods and at the cost
/// that the hash names (SHA-1, SHA-256 and SHA-512 in PBKDF2).
///
/// Returns: false too for a hash that is malformed, of another method, or that asks for more than
/// 1 GiB of memory or ten million rounds.
bool verify_password(std::string_view hash, std::string_view password);

}  // namespace pottle::crypto
