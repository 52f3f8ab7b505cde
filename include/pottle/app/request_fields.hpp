// SPDX-License-Identifier: MIT
/// \file
/// RequestFields: what the header fields of a request say, taken apart. The part of Request that
/// needs nothing but the head.
#pragma once

#include <pottle/app/request_headers.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/gateway/request_head.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

class AcceptedValues;
struct Authorization;
struct CacheControl;

namespace http {
struct EntityTagList;
struct IfRange;
struct MediaType;
struct RangeField;
}  // namespace http

/// A base. Every function takes its field apart anew, so ask once. A field that is absent or cannot
/// be read is an empty optional or text; nothing here throws. The types are in <pottle/http/...>
/// and in <pottle/pottle.hpp>.
///
/// Lifetime: views live as long as the request. Times are Unix time in seconds.
class RequestFields {
public:
    RequestHeaders headers() const noexcept { return RequestHeaders(head_.fields()); }
    const gateway::RequestHead& head() const noexcept { return head_; }

    // The body.
    /// The Content-Type field as sent, or empty.
    std::string_view content_type() const noexcept { return head_.get("content-type"); }
    /// Type and subtype in lower case without parameters, or empty.
    std::string mimetype() const;
    /// `charset`, `boundary` and other parameters.
    std::optional<http::MediaType> media_type() const;
    /// Nothing when absent or not a number: a chunked body has none.
    std::optional<ByteCount> content_length() const noexcept;
    std::string_view content_encoding() const noexcept { return head_.get("content-encoding"); }
    std::string_view content_md5() const noexcept { return head_.get("content-md5"); }
    /// True for application/json and application/*+json.
    bool is_json() const;

    // What the client prefers.
    AcceptedValues accept_mimetypes() const;
    AcceptedValues accept_charsets() const;
    AcceptedValues accept_encodings() const;
    AcceptedValues accept_languages() const;

    // Who it is and where it comes from.
    /// Credentials; nothing when there are none, or none that can be read.
    std::optional<Authorization> authorization() const;
    std::string_view user_agent() const noexcept { return head_.get("user-agent"); }
    std::string_view referrer() const noexcept { return head_.get("referer"); }
    std::string_view origin() const noexcept { return head_.get("origin"); }
    std::string_view access_control_request_method() const noexcept {
        return head_.get("access-control-request-method");
    }
    std::vector<std::string_view> access_control_request_headers() const;

    // Conditions and ranges.
    std::optional<http::EntityTagList> if_match() const;
    std::optional<http::EntityTagList> if_none_match() const;
    std::optional<std::int64_t> if_modified_since() const noexcept;
    std::optional<std::int64_t> if_unmodified_since() const noexcept;
    std::optional<http::IfRange> if_range() const;
    std::optional<http::RangeField> range() const;

    // Others.
    CacheControl cache_control() const;
    std::string_view pragma() const noexcept { return head_.get("pragma"); }
    std::optional<std::int64_t> date() const noexcept;
    std::optional<std::uint64_t> max_forwards() const noexcept;

protected:
    explicit RequestFields(const gateway::RequestHead& head) noexcept : head_(head) {}
    ~RequestFields() = default;

private:
    const gateway::RequestHead& head_;
};

}  // namespace pottle
