// SPDX-License-Identifier: MIT
#include <pottle/app/authorization.hpp>
#include <pottle/app/request_fields.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/http/accept.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/range.hpp>
#include <pottle/http/token.hpp>

#include <charconv>

namespace pottle {

namespace {

template <class T>
std::optional<T> read_number(std::string_view text) noexcept {
    T number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// The values of all fields of that name as one list (RFC 9110 5.3).
std::string join_all(const RequestHeaders& headers, std::string_view name) {
    std::string all;
    for (const std::string_view value : headers.get_all(name)) {
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

std::optional<http::EntityTagList> entity_tags(const RequestHeaders& headers,
                                               std::string_view name) {
    if (!headers.contains(name)) return std::nullopt;
    return http::EntityTagList::parse(join_all(headers, name));
}

}  // namespace

std::string RequestFields::mimetype() const {
    return http::mimetype_of(content_type());
}

std::optional<http::MediaType> RequestFields::media_type() const {
    return http::parse_media_type(content_type());
}

std::optional<ByteCount> RequestFields::content_length() const noexcept {
    const http::Field* field = head_.find("content-length");
    if (!field || head_.find("transfer-encoding")) return std::nullopt;
    return read_number<ByteCount>(field->value);
}

bool RequestFields::is_json() const {
    const std::string type = mimetype();
    return type == "application/json" ||
           (type.starts_with("application/") && type.ends_with("+json"));
}

AcceptedValues RequestFields::accept_mimetypes() const {
    return {AcceptedValues::Kind::MediaType, join_all(headers(), "accept")};
}
AcceptedValues RequestFields::accept_charsets() const {
    return {AcceptedValues::Kind::Charset, join_all(headers(), "accept-charset")};
}
AcceptedValues RequestFields::accept_encodings() const {
    return {AcceptedValues::Kind::Encoding, join_all(headers(), "accept-encoding")};
}
AcceptedValues RequestFields::accept_languages() const {
    return {AcceptedValues::Kind::Language, join_all(headers(), "accept-language")};
}

std::optional<Authorization> RequestFields::authorization() const {
    return Authorization::parse(head_.get("authorization"));
}

std::vector<std::string_view> RequestFields::access_control_request_headers() const {
    std::vector<std::string_view> names;
    http::ListReader list(head_.get("access-control-request-headers"));
    for (std::string_view name; list.next(name);)
        if (!name.empty()) names.push_back(name);
    return names;
}

std::optional<http::EntityTagList> RequestFields::if_match() const {
    return entity_tags(headers(), "if-match");
}
std::optional<http::EntityTagList> RequestFields::if_none_match() const {
    return entity_tags(headers(), "if-none-match");
}
std::optional<std::int64_t> RequestFields::if_modified_since() const noexcept {
    return http::parse_http_date(head_.get("if-modified-since"));
}
std::optional<std::int64_t> RequestFields::if_unmodified_since() const noexcept {
    return http::parse_http_date(head_.get("if-unmodified-since"));
}
std::optional<http::IfRange> RequestFields::if_range() const {
    return http::IfRange::parse(head_.get("if-range"));
}
std::optional<http::RangeField> RequestFields::range() const {
    return http::RangeField::parse(head_.get("range"));
}

CacheControl RequestFields::cache_control() const {
    return CacheControl::parse(join_all(headers(), "cache-control"));
}
std::optional<std::int64_t> RequestFields::date() const noexcept {
    return http::parse_http_date(head_.get("date"));
}
std::optional<std::uint64_t> RequestFields::max_forwards() const noexcept {
    return read_number<std::uint64_t>(head_.get("max-forwards"));
}

}  // namespace pottle
