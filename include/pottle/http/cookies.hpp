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

/// The value of a Set-Cookie field.
///
/// Errors: throws LogicError for a name that is not a token, and for a path or domain with a
/// control byte or ';'. Any value can be sent.
std::string format_set_cookie(const SetCookie& cookie);

}  // namespace http

}  // namespace pottle
