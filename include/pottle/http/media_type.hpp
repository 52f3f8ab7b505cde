// SPDX-License-Identifier: MIT
/// \file
/// Media types (RFC 9110 8.3.1) and the fields by which a client says what it prefers: Accept,
/// Accept-Encoding, Accept-Language, Accept-Charset (RFC 9110 12.5).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::http {

/// "text/html; charset=utf-8" taken apart. A value.
struct MediaType {
    std::string type;                                             ///< lower-case
    std::string subtype;                                          ///< lower-case
    std::vector<std::pair<std::string, std::string>> parameters;  ///< names lower-case

    /// Value of a parameter, given its name in lower case; unquoted.
    std::optional<std::string_view> parameter(std::string_view name) const noexcept;
    /// "text/html"
    std::string essence() const { return type + "/" + subtype; }
    bool is(std::string_view essence) const noexcept;
    /// application/json and every type that ends with +json (RFC 6839 3.1).
    bool is_json() const noexcept;
};

/// "Text/HTML; charset=utf-8" is "text/html", whether that is a media type or not.
std::string mimetype_of(std::string_view content_type);

/// Nothing when `text` is not `type "/" subtype *( OWS ";" OWS [ parameter ] )`.
std::optional<MediaType> parse_media_type(std::string_view text);

/// One member of a list of preferences.
struct Preference {
    std::string value;            ///< as sent, without its weight and without white space around it
    std::uint16_t weight = 1000;  ///< thousandths; 0 means not acceptable
};

/// A field such as `gzip;q=0.5, br`, in the order sent. Members with a weight that is none are left
/// out.
std::vector<Preference> parse_preferences(std::string_view field_value);

/// What an Accept field says. A value.
class Accept {
public:
    /// An absent field accepts everything: pass "*/*". Members that are no media range are left
    /// out.
    static Accept parse(std::string_view field_value);

    /// Weight of `media_type` in thousandths by the most specific range that matches; 0 when none
    /// does.
    std::uint16_t weight_of(const MediaType& media_type) const noexcept;
    /// Index of the offer with the highest weight; the first of equals. Nothing when none is
    /// acceptable.
    std::optional<std::size_t> best(std::span<const std::string_view> offers) const;

private:
    struct Range {
        MediaType media_type;  // "*" as type or subtype
        std::uint16_t weight;
    };
    std::vector<Range> ranges_;
};

/// The weight in thousandths that an Accept-Encoding, Accept-Charset or Accept-Language field gives
/// `value`; 0 when it is not acceptable. See best_preference().
std::uint16_t preference_weight(std::string_view field_value, std::string_view value,
                                char prefix_separator = 0);

/// The best of `offers` by an Accept-Encoding or Accept-Language field: names compare without case,
/// "*" stands for what is not named. `prefix_separator` '-' lets "en" match the offer "en-GB" (RFC
/// 4647 3.3.1); 0 switches that off.
std::optional<std::size_t> best_preference(std::string_view field_value,
                                           std::span<const std::string_view> offers,
                                           char prefix_separator = 0);

}  // namespace pottle::http
