// SPDX-License-Identifier: MIT
/// \file
/// QuicFront of a build without QUIC.
#include "quic_front.hpp"

namespace pottle::server {

std::expected<std::unique_ptr<QuicFront>, std::string> QuicFront::make(const Deployment&,
                                                                       const Options&,
                                                                       std::size_t) {
    return std::unexpected(
        std::string("this build has no HTTP/3: leave --quic-bind out, or build with POTTLE_QUIC"));
}

}  // namespace pottle::server
