// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/date.hpp>
#include <pottle/testing/cookie_jar.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace pottle {

namespace {

/// RFC 6265 5.1.3.
bool domain_matches(std::string_view host, std::string_view domain) {
    if (host == domain) return true;
    return host.size() > domain.size() && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.' && !ascii::is_digit(host.back());
}

/// RFC 6265 5.1.4.
bool path_matches(std::string_view request_path, std::string_view path) {
    if (!request_path.starts_with(path)) return false;
    return request_path.size() == path.size() || path.ends_with('/') ||
           request_path[path.size()] == '/';
}
std::string_view default_path(std::string_view request_path) {
    const std::size_t slash = request_path.rfind('/');
    if (!request_path.starts_with('/') || slash == 0) return "/";
    return request_path.substr(0, slash);
}

/// "name=value" of the front of `field`, which loses it and the ';' behind.
std::pair<std::string_view, std::string_view> take_pair(std::string_view& field) {
    const std::size_t end = std::min(field.find(';'), field.size());
    const std::string_view pair = field.substr(0, end);
    field.remove_prefix(std::min(end + 1, field.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    return {ascii::trim(pair.substr(0, equals)),
            ascii::trim(pair.substr(std::min(equals + 1, pair.size())))};
}

/// RFC 6265 5.2.2: what is no number is ignored, the past is now.
std::optional<std::int64_t> expiry_of_max_age(std::string_view text, std::int64_t now) {
    std::int64_t seconds = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc{} || stop != end) return std::nullopt;
    if (seconds <= 0) return std::numeric_limits<std::int64_t>::min();
    return now + seconds;
}

bool is_expired(const CookieJar::Cookie& cookie, std::int64_t now) {
    return cookie.expires && *cookie.expires <= now;
}

/// RFC 6265 5.2. False for a cookie that is to be ignored.
bool read_attributes(std::string_view attributes, const CookieTarget& target,
                     CookieJar::Cookie& cookie) {
    std::optional<std::int64_t> max_age;
    while (!attributes.empty()) {
        const auto [name, value] = take_pair(attributes);
        if (ascii::iequals(name, "expires")) {
            cookie.expires = http::parse_http_date(value);
        } else if (ascii::iequals(name, "max-age")) {
            max_age = expiry_of_max_age(value, target.now);
        } else if (ascii::iequals(name, "domain") && !value.empty()) {
            cookie.domain = ascii::lower(value.substr(value.starts_with('.') ? 1 : 0));
            cookie.is_host_only = false;
        } else if (ascii::iequals(name, "path") && value.starts_with('/')) {
            cookie.path = value;
        } else if (ascii::iequals(name, "secure")) {
            cookie.is_secure = true;
        }
    }
    if (max_age) cookie.expires = max_age;
    return domain_matches(target.host, cookie.domain);
}

}  // namespace

void CookieJar::store(std::string_view field, const CookieTarget& target) {
    const auto [name, value] = take_pair(field);
    if (name.empty()) return;
    Cookie cookie{.name = std::string(name),
                  .value = std::string(value),
                  .domain = target.host,
                  .path = std::string(default_path(target.path)),
                  .expires = {}};
    if (!read_attributes(field, target, cookie)) return;
    const auto same = std::ranges::find_if(cookies_, [&](const Cookie& other) {
        return other.name == cookie.name && other.domain == cookie.domain &&
               other.path == cookie.path;
    });
    if (is_expired(cookie, target.now)) {
        if (same != cookies_.end()) cookies_.erase(same);
    } else if (same != cookies_.end()) {
        *same = std::move(cookie);
    } else {
        cookies_.push_back(std::move(cookie));
    }
}

std::string CookieJar::field_for(const CookieTarget& target) const {
    std::vector<const Cookie*> matching;
    for (const Cookie& cookie : cookies_) {
        const bool is_its_host = cookie.is_host_only ? target.host == cookie.domain
                                                     : domain_matches(target.host, cookie.domain);
        if (is_its_host && path_matches(target.path, cookie.path) &&
            (target.is_secure || !cookie.is_secure) && !is_expired(cookie, target.now))
            matching.push_back(&cookie);
    }
    // RFC 6265 5.4: longer paths first, then the older cookie, which stands before the newer in
    // cookies_ (libstdc++ 12's stable_sort uses what C++20 removed).
    std::ranges::sort(matching, [](const Cookie* a, const Cookie* b) {
        return a->path.size() != b->path.size() ? a->path.size() > b->path.size() : a < b;
    });
    std::string field;
    for (const Cookie* cookie : matching) {
        if (!field.empty()) field += "; ";
        field.append(cookie->name).append("=").append(cookie->value);
    }
    return field;
}

const CookieJar::Cookie* CookieJar::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(cookies_, name, &Cookie::name);
    return found == cookies_.end() ? nullptr : &*found;
}

}  // namespace pottle
