// SPDX-License-Identifier: MIT
/// \file
/// Entity tags and conditional requests (RFC 9110 8.8.3, 13).
#pragma once

#include <pottle/http/method.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::http {

/// An entity tag. A value.
struct EntityTag {
    std::string tag;  ///< without its quotes
    bool weak = false;

    /// The tag as a field has it: "\"abc\"" or "W/\"abc\"".
    std::string text() const;
    friend bool operator==(const EntityTag&, const EntityTag&) = default;
};

/// Nothing unless `text` is one entity tag. Precondition of use in a response: what text() writes
/// can be read back.
std::optional<EntityTag> parse_entity_tag(std::string_view text);

/// Both strong and equal (RFC 9110 8.8.3.2).
bool strongly_equal(const EntityTag& a, const EntityTag& b) noexcept;
/// Equal but for their strength.
bool weakly_equal(const EntityTag& a, const EntityTag& b) noexcept;

/// An If-Match or If-None-Match field. A value.
struct EntityTagList {
    bool any = false;  ///< "*"
    std::vector<EntityTag> tags;

    /// Nothing when the field is malformed.
    static std::optional<EntityTagList> parse(std::string_view field_value);

    /// Whether a representation with this strong tag is meant: by a strong member or by "*".
    bool contains(std::string_view tag) const noexcept;
    /// The same, whatever the strength of the member.
    bool contains_weak(std::string_view tag) const noexcept;
};

/// An If-Range field: one of the two. A value.
struct IfRange {
    std::optional<EntityTag> entity_tag = {};
    std::optional<std::int64_t> date = {};  ///< Unix time in seconds

    /// Nothing when the field is neither.
    static std::optional<IfRange> parse(std::string_view field_value);
};

/// The conditions of a request. Empty optional: the field is absent.
struct Conditions {
    std::optional<std::string_view> if_match = {};
    std::optional<std::string_view> if_none_match = {};
    std::optional<std::string_view> if_modified_since = {};
    std::optional<std::string_view> if_unmodified_since = {};
};

/// What is known of the representation that would be sent or changed.
struct Validators {
    bool exists = true;
    std::optional<EntityTag> entity_tag = {};
    std::optional<std::int64_t> last_modified = {};  ///< Unix time in seconds
};

enum class Precondition : std::uint8_t {
    Holds,        ///< perform the method
    NotModified,  ///< answer 304
    Failed,       ///< answer 412
};

/// Evaluates in the order of RFC 9110 13.2.2. Malformed dates are ignored, malformed lists of tags
/// match nothing.
Precondition evaluate(Method method, const Conditions& conditions, const Validators& current);

/// Whether an If-Range field allows a part to be sent: a strong tag that is equal, or the exact
/// date of the last modification (RFC 9110 13.1.5).
bool if_range_holds(std::string_view field_value, const Validators& current);

}  // namespace pottle::http
