// SPDX-License-Identifier: MIT
/// \file
/// Cookies (RFC 6265, and 6265bis for SameSite and Partitioned), quoted as Werkzeug quotes them, so
/// that Flask and Pottle read each other's.
#pragma once

#include <pottle/http/multi_dict.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle {

enum class SameSite : std::uint8_t { Unset, Lax, Strict, None };

/// "lax" in any case; nothing for what is neither Strict, Lax nor None.
std::optional<SameSite> parse_same_site(std::string_view name) noexcept;

/// A cookie to set. A value.
struct SetCookie {
    std::string name = {};
    std::string value = {};
    std::string path = "/";   ///< empty: the directory of the request, by the browser's rule
    std::string domain = {};  ///< empty: the host that set it, without its subdomains
    std::optional<std::int64_t> max_age_seconds = {};  ///< 0 deletes the cookie
    std::optional<std::int64_t> expires = {};          ///< Unix time in seconds
    bool secure = false;
    bool http_only = false;
    bool partitioned = false;  ///< implies `secure`
    SameSite same_site = SameSite::Unset;

    /// The cookie that makes a browser forget one of that name and path.
    static SetCookie expired(std::string name, std::string path = "/");
};

namespace http {

/// The cookies of a Cookie field in the order sent; the first of a name is the most specific.
/// Quoted values are unquoted, invalid UTF-8 is replaced, pieces without a name are skipped.
MultiDict parse_cookies(std::string_view field_value);

/// The value of the first cookie of that name as it was sent: quotes and invalid UTF-8 included.
/// Allocates nothing. Lifetime: a part of `field_value`.
std::optional<std::string_view> find_cookie(std::string_view field_value,
                                            std::string_view name) noexcept;

/// The value of a Set-Cookie field.
///
/// Of the domain, leading dots and a port are left out, as Werkzeug does; of the path, what a
/// cookie cannot hold is percent-encoded. Any value can be sent.
///
/// Errors: throws LogicError for a name that is not a token, for a domain that is not ASCII or
/// holds a control byte or ';', and for a name that begins with __Host- or __Secure- without what
/// the prefix promises: a browser would drop such a cookie silently (RFC 6265bis 4.1.3).
std::string format_set_cookie(const SetCookie& cookie);

}  // namespace http

}  // namespace pottle
