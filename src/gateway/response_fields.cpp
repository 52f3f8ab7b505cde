// SPDX-License-Identifier: MIT
/// \file
/// The fields of a response that have a meaning: written and read as values.
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/gateway/response.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/token.hpp>
#include <pottle/http/url.hpp>

#include <charconv>

namespace pottle {

namespace {

std::optional<std::int64_t> read_seconds(std::string_view text) noexcept {
    std::int64_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc{} || stop != end || seconds < 0) return std::nullopt;
    return seconds;
}

/// INV-1: what Flask writes a charset behind.
bool is_text(std::string_view mimetype) noexcept {
    if (mimetype.starts_with("text/") || mimetype.ends_with("+xml")) return true;
    for (const std::string_view type :
         {"ecmascript", "javascript", "sql", "xml", "xml-dtd", "xml-external-parsed-entity"})
        if (mimetype.starts_with("application/") && mimetype.substr(12) == type) return true;
    return false;
}

std::string checked_tag(const http::EntityTag& tag) {
    std::string text = tag.text();
    POTTLE_REQUIRE(http::parse_entity_tag(text),
                   "an entity tag holds no quotes, white space or controls (RFC 9110 8.8.3)");
    return text;
}

}  // namespace

void Response::set_cookie(const SetCookie& cookie) {
    cookies_ = true;
    headers.add("set-cookie", http::format_set_cookie(cookie));
}

void Response::delete_cookie(SetCookie cookie) {
    cookie.value.clear();
    cookie.max_age_seconds = 0;
    cookie.expires = 0;
    set_cookie(cookie);
}

std::optional<http::EntityTag> Response::etag() const {
    const auto field = headers.find("etag");
    return field ? http::parse_entity_tag(*field) : std::nullopt;
}
void Response::set_etag(std::string_view tag) {
    headers.set("etag", checked_tag({std::string(tag), false}));
}
void Response::set_weak_etag(std::string_view tag) {
    headers.set("etag", checked_tag({std::string(tag), true}));
}

std::optional<std::int64_t> Response::last_modified() const noexcept {
    return http::parse_http_date(headers.get("last-modified"));
}
void Response::set_last_modified(std::int64_t unix_seconds) {
    headers.set("last-modified", http::format_http_date(unix_seconds));
}
std::optional<std::int64_t> Response::expires() const noexcept {
    return http::parse_http_date(headers.get("expires"));
}
void Response::set_expires(std::int64_t unix_seconds) {
    headers.set("expires", http::format_http_date(unix_seconds));
}

CacheControl Response::cache_control() const {
    return CacheControl::parse(headers.get("cache-control"));
}
void Response::set_cache_control(const CacheControl& directives) {
    const std::string text = directives.text();
    if (text.empty())
        headers.remove("cache-control");
    else
        headers.set("cache-control", text);
}
std::optional<std::int64_t> Response::age() const noexcept {
    return read_seconds(headers.get("age"));
}

void Response::set_content_type(std::string_view type) {
    Headers::require_value(type);
    owned_type_ = type;
}
std::string Response::mimetype() const {
    return http::mimetype_of(headers.get("content-type", content_type()));
}
std::optional<http::MediaType> Response::media_type() const {
    return http::parse_media_type(headers.get("content-type", content_type()));
}
void Response::set_mimetype(std::string_view mimetype) {
    set_content_type(is_text(mimetype) ? std::string(mimetype) + "; charset=utf-8"
                                       : std::string(mimetype));
}
bool Response::is_json() const {
    const auto type = media_type();
    return type && type->type == "application" && type->is_json();
}

std::optional<std::uint64_t> Response::content_length() const noexcept {
    if (const std::string* text = octets())
        return file_spec_ ? std::nullopt : std::optional<std::uint64_t>(text->size());
    return kind_ == Body::File ? file_.length : stream_.length();
}

std::vector<std::string_view> Response::list(std::string_view name) const {
    std::vector<std::string_view> members;
    for (const std::string_view value : headers.get_all(name)) {
        http::ListReader reader(value);
        for (std::string_view member; reader.next(member);)
            if (!member.empty()) members.push_back(member);
    }
    return members;
}

void Response::add_vary(std::string_view name) {
    std::string all;
    for (const std::string_view member : vary()) {
        if (member == "*" || ascii::iequals(member, name)) return;
        all.append(member).append(", ");
    }
    headers.set("vary", all.append(name));
}

std::optional<Seconds> Response::retry_after() const noexcept {
    const auto seconds = read_seconds(headers.get("retry-after"));
    return seconds ? std::optional(Seconds(*seconds)) : std::nullopt;
}
void Response::set_retry_after(Seconds delay) {
    headers.set("retry-after", std::to_string(delay.count()));
}

void Response::set_location(std::string_view iri) {
    headers.set("location", http::iri_to_uri(iri));
}

}  // namespace pottle
