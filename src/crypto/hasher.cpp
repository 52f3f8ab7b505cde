// SPDX-License-Identifier: MIT
#include "hasher.hpp"

namespace pottle::crypto {

Hasher::Hasher(Hash hash) noexcept : hash_(hash) {
    switch (hash) {
        case Hash::Md5:
            MD5_Init(&context_.md5);
            return;
        case Hash::Sha1:
            SHA1_Init(&context_.sha1);
            return;
        case Hash::Sha256:
            SHA256_Init(&context_.sha256);
            return;
        case Hash::Sha384:
            SHA384_Init(&context_.sha512);
            return;
        case Hash::Sha512:
            SHA512_Init(&context_.sha512);
            return;
    }
}

void Hasher::update(std::string_view octets) noexcept {
    switch (hash_) {
        case Hash::Md5:
            MD5_Update(&context_.md5, octets.data(), octets.size());
            return;
        case Hash::Sha1:
            SHA1_Update(&context_.sha1, octets.data(), octets.size());
            return;
        case Hash::Sha256:
            SHA256_Update(&context_.sha256, octets.data(), octets.size());
            return;
        case Hash::Sha384:
            SHA384_Update(&context_.sha512, octets.data(), octets.size());
            return;
        case Hash::Sha512:
            SHA512_Update(&context_.sha512, octets.data(), octets.size());
            return;
    }
}

Digest Hasher::finish() noexcept {
    Digest digest(digest_size(hash_));
    switch (hash_) {
        case Hash::Md5:
            MD5_Final(digest.data(), &context_.md5);
            break;
        case Hash::Sha1:
            SHA1_Final(digest.data(), &context_.sha1);
            break;
        case Hash::Sha256:
            SHA256_Final(digest.data(), &context_.sha256);
            break;
        case Hash::Sha384:
            SHA384_Final(digest.data(), &context_.sha512);
            break;
        case Hash::Sha512:
            SHA512_Final(digest.data(), &context_.sha512);
            break;
    }
    return digest;
}

std::size_t Hasher::block_size(Hash hash) noexcept {
    return hash == Hash::Sha384 || hash == Hash::Sha512 ? 128 : 64;
}

}  // namespace pottle::crypto
