// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/random.hpp>

#include <openssl/rand.h>

namespace pottle::crypto {

std::string random_octets(std::size_t count) {
    std::string octets(count, '\0');
    const int done = RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()),
                                static_cast<int>(octets.size()));
    POTTLE_REQUIRE(done == 1, "the operating system gives random octets");
    return octets;
}

std::string random_token(std::size_t count) {
    return base64url(random_octets(count));
}

}  // namespace pottle::crypto
