// SPDX-License-Identifier: MIT
#include "file_sender.hpp"

#include <pottle/base/log.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/date.hpp>

#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// CK-2: for browsers that know Expires alone. Neither the value of a cookie nor its other
/// attributes can hold a semicolon.
bool add_expires(std::string& cookie, std::int64_t now) {
    constexpr std::string_view kMaxAge = "; Max-Age=";
    const std::size_t at = cookie.find(kMaxAge);
    if (at == cookie.npos || cookie.contains("; Expires=")) return false;
    std::int64_t age = 0;
    std::from_chars(cookie.data() + at + kMaxAge.size(), cookie.data() + cookie.size(), age);
    cookie.insert(at, "; Expires=" + http::format_http_date(now + age));
    return true;
}

void date_cookies(Headers& headers, std::int64_t now) {
    bool changed = false;
    std::vector<std::string> cookies;
    for (const std::string_view cookie : headers.get_all("set-cookie"))
        changed |= add_expires(cookies.emplace_back(cookie), now);
    if (!changed) return;
    headers.remove("set-cookie");
    for (const std::string& cookie : cookies) headers.add("set-cookie", cookie);
}

void warn_of_large_cookies(const RequestContext& request, const Headers& headers) {
    const ByteCount limit = request.routing().limits.cookie_size;
    if (limit == 0) return;
    for (const std::string_view cookie : headers.get_all("set-cookie"))
        if (cookie.size() > limit)
            log::warning(fmt::format(
                "route {}: the cookie {} is {} bytes long, browsers may drop what is over {} "
                "(MAX_COOKIE_SIZE)",
                request.url_rule(), cookie.substr(0, cookie.find('=')), cookie.size(), limit));
}

}  // namespace

void add_dates(RequestContext& request) {
    Response& response = request.response();
    const bool cookies = response.take_cookies();
    const bool expires = response.take_expires();
    if (!cookies && !expires) return;
    const std::int64_t now = request.exchange().scope().executor().unix_now();
    if (cookies) {
        date_cookies(response.headers, now);
        warn_of_large_cookies(request, response.headers);
    }
    if (!expires || response.headers.contains("expires")) return;
    if (const auto max_age = response.cache_control().max_age) response.set_expires(now + *max_age);
}

}  // namespace pottle::app
