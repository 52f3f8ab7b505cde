// SPDX-License-Identifier: MIT
/// \file
/// CookieJar: the cookies of a test client, kept and sent as a browser does (RFC 6265 5.3, 5.4).
#pragma once

#include <pottle/http/cookies.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// Where a request goes, as far as cookies care.
struct CookieTarget {
    std::string host;  ///< without port, lower-case
    std::string path;
    bool is_secure = false;
    std::int64_t now = 0;  ///< Unix time in seconds
};

/// A value. Public suffixes are not known to it: a test that sets a cookie for "org" gets one.
class CookieJar {
public:
    struct Cookie {
        std::string name;
        std::string value;  ///< as on the wire
        std::string domain;
        std::string path;
        std::optional<std::int64_t> expires;
        bool is_host_only = true;
        bool is_secure = false;
    };

    /// Takes a Set-Cookie field of an answer to a request to `target`; ignores what a browser
    /// would.
    void store(std::string_view field, const CookieTarget& target);
    /// The Cookie field for a request: the cookies with the longest paths first; empty when there
    /// are none.
    std::string field_for(const CookieTarget& target) const;

    /// The first cookie of that name. Lifetime: until the jar changes.
    const Cookie* find(std::string_view name) const noexcept;
    const std::vector<Cookie>& cookies() const noexcept { return cookies_; }
    void clear() noexcept { cookies_.clear(); }

private:
    std::vector<Cookie> cookies_;  // in the order in which they were first set
};

}  // namespace pottle
