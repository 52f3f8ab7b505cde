// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/stable_sort.hpp>
#include <pottle/http/accept.hpp>
#include <pottle/http/media_type.hpp>

#include <utility>

namespace pottle {

namespace {

std::string_view primary_tag(std::string_view language) noexcept {
    return language.substr(0, language.find('-'));
}

}  // namespace

AcceptedValues::AcceptedValues(Kind kind, std::string_view field_value)
    : kind_(kind), field_(ascii::trim(field_value)) {
    std::vector<http::Preference> preferences = http::parse_preferences(field_);
    stable_sort(std::span(preferences), [](const http::Preference& a, const http::Preference& b) {
        return a.weight > b.weight;
    });
    for (http::Preference& preference : preferences)
        values_.push_back({std::move(preference.value), preference.weight / 1000.0});
    if (field_.empty()) field_ = kind == Kind::MediaType ? "*/*" : "*";
}

double AcceptedValues::quality(std::string_view value) const {
    if (kind_ == Kind::MediaType) {
        const auto type = http::parse_media_type(value);
        return type ? http::Accept::parse(field_).weight_of(*type) / 1000.0 : 0;
    }
    return http::preference_weight(field_, value, kind_ == Kind::Language ? '-' : '\0') / 1000.0;
}

std::string_view AcceptedValues::best_match(std::initializer_list<std::string_view> offers,
                                            std::string_view fallback) const {
    std::string_view best = fallback;
    double highest = 0;
    for (const std::string_view offer : offers) {
        if (const double offered = quality(offer); offered > highest) {
            highest = offered;
            best = offer;
        }
    }
    if (highest > 0 || kind_ != Kind::Language) return best;
    // Who wants en-GB reads en rather than nothing (RFC 4647 3.4, lookup).
    for (const Value& wanted : values_)
        for (const std::string_view offer : offers)
            if (wanted.quality > 0 && ascii::iequals(primary_tag(wanted.value), primary_tag(offer)))
                return offer;
    return fallback;
}

}  // namespace pottle
