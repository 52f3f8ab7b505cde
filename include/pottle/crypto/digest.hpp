// SPDX-License-Identifier: MIT
/// \file
/// Digests of octets in memory. Keyed ones are hmac.hpp, their text forms base64.hpp and
/// base/ascii.hpp (hex).
#pragma once

#include <pottle/base/compiler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pottle::crypto {

/// Md5 and Sha1 are for formats that prescribe them (entity tags, the WebSocket handshake, Flask's
/// cookies under HMAC); nothing new should rest on their collision resistance.
enum class Hash : std::uint8_t { Md5, Sha1, Sha256, Sha384, Sha512 };

/// Bytes of a digest of this kind: 16 to 64.
std::size_t digest_size(Hash hash) noexcept;

/// A digest of any kind. A value without memory of its own.
class Digest {
public:
    static constexpr std::size_t kMaxSize = 64;

    /// All zero.
    explicit Digest(std::size_t size) noexcept : size_(static_cast<std::uint8_t>(size)) {}

    std::size_t size() const noexcept { return size_; }
    unsigned char* data() noexcept { return octets_.data(); }
    /// The raw octets. Lifetime: as long as the digest.
    std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(octets_.data()), size_};
    }

private:
    std::array<unsigned char, kMaxSize> octets_{};
    std::uint8_t size_;
};

Digest digest(Hash hash, std::string_view octets) noexcept;
inline Digest md5(std::string_view octets) noexcept {
    return digest(Hash::Md5, octets);
}
inline Digest sha1(std::string_view octets) noexcept {
    return digest(Hash::Sha1, octets);
}
inline Digest sha256(std::string_view octets) noexcept {
    return digest(Hash::Sha256, octets);
}

}  // namespace pottle::crypto
