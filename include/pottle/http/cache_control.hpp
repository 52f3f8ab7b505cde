// SPDX-License-Identifier: MIT
/// \file
/// Cache-Control of requests and responses (RFC 9111 5.2, RFC 5861, RFC 8246).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// The directives of a Cache-Control field. A value; ages are in seconds.
///
/// `response.set_cache_control({.is_public = true, .max_age = 3600, .immutable = true});`
struct CacheControl {
    bool is_public = false;
    bool is_private = false;
    bool no_cache = false;
    bool no_store = false;
    bool no_transform = false;
    bool must_revalidate = false;
    bool proxy_revalidate = false;
    bool must_understand = false;
    bool immutable = false;
    bool only_if_cached = false;  ///< requests
    std::optional<std::int64_t> max_age = {};
    std::optional<std::int64_t> s_maxage = {};
    std::optional<std::int64_t> stale_while_revalidate = {};
    std::optional<std::int64_t> stale_if_error = {};
    std::optional<std::int64_t> min_fresh = {};  ///< requests
    std::optional<std::int64_t> max_stale = {};  ///< requests; -1: any staleness

    /// Unknown directives and ages that are no numbers are left out; an age too large for the type
    /// is the largest one (RFC 9111 1.2.2).
    static CacheControl parse(std::string_view field_value);
    /// The field's value; empty when nothing is set.
    std::string text() const;
    friend bool operator==(const CacheControl&, const CacheControl&) = default;
};

}  // namespace pottle
