// SPDX-License-Identifier: MIT
#include <pottle/app/config.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/base/log.hpp>
#include <pottle/gateway/response.hpp>

#include <stdexcept>

#include <fmt/format.h>

namespace pottle {

namespace {

SameSite same_site_of(const Config& config) {
    const auto name = config.get<std::optional<std::string>>("SESSION_COOKIE_SAMESITE");
    if (!name) return SameSite::Unset;
    if (const auto same_site = parse_same_site(*name)) return *same_site;
    throw ConfigError(fmt::format(
        "SESSION_COOKIE_SAMESITE is \"{}\"; it can be \"Lax\", \"Strict\" or \"None\"", *name));
}

}  // namespace

SessionInterface::~SessionInterface() = default;

SessionCookieSettings SessionCookieSettings::from(const Config& config) {
    const auto path = config.get<std::optional<std::string>>("SESSION_COOKIE_PATH");
    return {
        .name = config.get<std::string>("SESSION_COOKIE_NAME"),
        .domain =
            config.get<std::optional<std::string>>("SESSION_COOKIE_DOMAIN").value_or(std::string()),
        .path = path ? *path : config.get<std::string>("APPLICATION_ROOT"),
        .http_only = config.get<bool>("SESSION_COOKIE_HTTPONLY"),
        .secure = config.get<bool>("SESSION_COOKIE_SECURE"),
        .partitioned = config.get<bool>("SESSION_COOKIE_PARTITIONED"),
        .same_site = same_site_of(config),
        .lifetime = config.get<Seconds>("PERMANENT_SESSION_LIFETIME"),
        .refresh_each_request = config.get<bool>("SESSION_REFRESH_EACH_REQUEST"),
        .max_size = config.get<std::size_t>("MAX_COOKIE_SIZE"),
        .refuse_oversize = config.get<bool>("SESSION_COOKIE_STRICT_SIZE"),
    };
}

SetCookie SessionCookieSettings::make(const Session& session, std::string value,
                                      std::int64_t now) const {
    SetCookie cookie{.name = name,
                     .value = std::move(value),
                     .path = path,
                     .domain = domain,
                     .secure = secure,
                     .http_only = http_only,
                     .partitioned = partitioned,
                     .same_site = same_site};
    if (session.permanent()) cookie.expires = now + lifetime.count();
    return cookie;
}

void SessionCookieSettings::send(Response& response, const SetCookie& cookie) const {
    const std::string text = http::format_set_cookie(cookie);
    if (max_size != 0 && text.size() > max_size) {
        const std::string sentence = fmt::format(
            "The session's cookie \"{}\" has {} bytes and browsers may drop it: MAX_COOKIE_SIZE is "
            "{}. Keep less in the session, or keep sessions in a store.",
            name, text.size(), max_size);
        if (refuse_oversize) throw std::length_error(sentence);
        log::warning(sentence);
    }
    response.headers.add("Set-Cookie", text);
}

void SessionCookieSettings::send_removal(Response& response) const {
    SetCookie cookie = SetCookie::expired(name, path);
    cookie.domain = domain;
    cookie.secure = secure;
    cookie.http_only = http_only;
    cookie.partitioned = partitioned;
    cookie.same_site = same_site;
    response.headers.add("Set-Cookie", http::format_set_cookie(cookie));
}

}  // namespace pottle
