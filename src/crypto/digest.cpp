// SPDX-License-Identifier: MIT
#include "hasher.hpp"

namespace pottle::crypto {

std::size_t digest_size(Hash hash) noexcept {
    switch (hash) {
        case Hash::Md5:
            return 16;
        case Hash::Sha1:
            return 20;
        case Hash::Sha256:
            return 32;
        case Hash::Sha384:
            return 48;
        case Hash::Sha512:
            return 64;
    }
    return 0;
}

Digest digest(Hash hash, std::string_view octets) noexcept {
    Hasher hasher(hash);
    hasher.update(octets);
    return hasher.finish();
}

}  // namespace pottle::crypto
