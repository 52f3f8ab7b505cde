// SPDX-License-Identifier: MIT
/// \file
/// The host and port of a request: the value of a Host field, or the authority of an absolute
/// request target. User information is refused (RFC 9110 4.2.4).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pottle::http {

/// uri-host [ ":" port ]. A value of views into the text it was parsed from.
struct Authority {
    std::string_view host;              ///< with the brackets of an IP literal; never empty
    std::optional<std::uint16_t> port;  ///< absent as well for "host:" (RFC 3986 3.2.3)
};

/// Returns: nothing when `text` is not `uri-host [":" port]` of RFC 9110 7.2 and RFC 3986 3.2.2,
/// has an empty host, or a port above 65535.
std::optional<Authority> parse_authority(std::string_view text) noexcept;

/// Whether `text` is an IPv6address of RFC 3986 3.2.2, without brackets and without a zone.
bool is_ipv6_address(std::string_view text) noexcept;

}  // namespace pottle::http
