// SPDX-License-Identifier: MIT
/// \file
/// AcceptedValues: what a client prefers, as an application asks for it: request.accept_mimetypes()
/// and its siblings for charsets, codings and languages (RFC 9110 12.5).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// The members of one Accept field, the most wanted first. A value.
///
/// An absent field accepts everything with the same quality; an empty one too.
class AcceptedValues {
public:
    /// Decides how a member matches: "text/*" matches types, "en" the language "en-GB".
    enum class Kind : std::uint8_t { MediaType, Charset, Encoding, Language };
    struct Value {
        std::string value;  ///< as sent
        double quality;     ///< 0 to 1
    };

    AcceptedValues(Kind kind, std::string_view field_value);

    /// The offer with the highest quality, the first of equals; `fallback` when none is accepted.
    /// For languages, an offer "en" serves who wants "en-GB" when nothing fits better.
    std::string_view best_match(std::initializer_list<std::string_view> offers,
                                std::string_view fallback = {}) const;
    /// 0 when `value` is not accepted.
    double quality(std::string_view value) const;
    bool contains(std::string_view value) const { return quality(value) > 0; }

    bool accept_json() const { return contains("application/json"); }
    bool accept_html() const { return contains("text/html") || accept_xhtml(); }
    bool accept_xhtml() const {
        return contains("application/xhtml+xml") || contains("application/xml");
    }

    /// In the order of preference; equals in the order sent. Empty for an absent field.
    const std::vector<Value>& values() const noexcept { return values_; }

private:
    Kind kind_;
    std::string field_;
    std::vector<Value> values_;
};

}  // namespace pottle
