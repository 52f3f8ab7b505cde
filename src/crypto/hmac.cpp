// SPDX-License-Identifier: MIT
#include "hasher.hpp"

#include <pottle/crypto/hmac.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace pottle::crypto {

namespace {

constexpr std::size_t kMaxBlockSize = 128;

Hasher hasher_after(Hash hash, std::string_view key, unsigned char pad) noexcept {
    std::array<char, kMaxBlockSize> block;
    block.fill(static_cast<char>(pad));
    for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(key[i] ^ pad);
    Hasher hasher(hash);
    hasher.update({block.data(), Hasher::block_size(hash)});
    return hasher;
}

}  // namespace

HmacKey::HmacKey(Hash hash, std::string_view key) noexcept : hash_(hash) {
    static_assert(std::is_trivially_copyable_v<Hasher>);
    static_assert(sizeof(Hasher) == sizeof(Context));
    Digest digest_of_key(0);
    if (key.size() > Hasher::block_size(hash)) {  // RFC 2104 3
        digest_of_key = digest(hash, key);
        key = digest_of_key.view();
    }
    const Hasher inner = hasher_after(hash, key, 0x36);
    const Hasher outer = hasher_after(hash, key, 0x5c);
    std::memcpy(&inner_, &inner, sizeof inner);
    std::memcpy(&outer_, &outer, sizeof outer);
}

Digest HmacKey::sign(std::initializer_list<std::string_view> pieces) const noexcept {
    Hasher hasher(hash_);
    std::memcpy(static_cast<void*>(&hasher), &inner_, sizeof hasher);
    for (const std::string_view piece : pieces) hasher.update(piece);
    const Digest inner = hasher.finish();
    std::memcpy(static_cast<void*>(&hasher), &outer_, sizeof hasher);
    hasher.update(inner.view());
    return hasher.finish();
}

}  // namespace pottle::crypto
