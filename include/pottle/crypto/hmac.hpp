// SPDX-License-Identifier: MIT
/// \file
/// HMAC (RFC 2104): authentication of a message under a secret key.
#pragma once

#include <pottle/crypto/digest.hpp>

#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace pottle::crypto {

/// A key with the half of the work done that does not depend on the message: signing a short
/// message costs two blocks of the hash instead of four. A value; copies are independent.
///
/// Thread: const members may be called from any thread.
class HmacKey {
public:
    /// A key of any length.
    HmacKey(Hash hash, std::string_view key) noexcept;

    Digest sign(std::string_view message) const noexcept { return sign({message}); }
    /// Of the pieces one behind the other.
    Digest sign(std::initializer_list<std::string_view> pieces) const noexcept;

private:
    // The library's contexts after the padded key; its headers stay out of ours.
    static constexpr std::size_t kContextSize = 224;
    struct alignas(8) Context {
        std::byte octets[kContextSize];
    };

    Context inner_;
    Context outer_;
    Hash hash_;
};

inline Digest hmac(Hash hash, std::string_view key, std::string_view message) noexcept {
    return HmacKey(hash, key).sign(message);
}

}  // namespace pottle::crypto
