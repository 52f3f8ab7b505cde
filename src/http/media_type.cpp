// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/token.hpp>

#include <algorithm>

namespace pottle::http {

namespace {

std::string_view take_token(std::string_view& text) noexcept {
    const std::string_view token = text.substr(0, token_length(text));
    text.remove_prefix(token.size());
    return token;
}

bool take(std::string_view& text, char expected) noexcept {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

void skip_white_space(std::string_view& text) noexcept {
    while (take(text, ' ') || take(text, '\t')) {
    }
}

/// The content of a quoted-string without its escapes (RFC 9110 5.6.4).
std::optional<std::string> take_quoted(std::string_view& text) {
    if (!take(text, '"')) return std::nullopt;
    std::string out;
    while (!text.empty()) {
        if (take(text, '"')) return out;
        if (take(text, '\\') && text.empty()) return std::nullopt;
        out += text[0];
        text.remove_prefix(1);
    }
    return std::nullopt;
}

/// Size of the first member of a comma-separated list whose members may hold quoted strings.
std::size_t member_size(std::string_view list) noexcept {
    bool quoted = false;
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (quoted && list[at] == '\\')
            ++at;
        else if (list[at] == '"')
            quoted = !quoted;
        else if (list[at] == ',' && !quoted)
            return at;
    }
    return list.size();
}

std::string_view take_member(std::string_view& list) noexcept {
    const std::size_t size = member_size(list);
    const std::string_view member = ascii::trim(list.substr(0, size));
    list.remove_prefix(std::min(size + 1, list.size()));
    return member;
}

/// qvalue: "0" or "1" with up to three decimals (RFC 9110 12.4.2), in thousandths.
std::optional<std::uint16_t> parse_weight(std::string_view text) noexcept {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int place = 100;
    for (std::size_t at = 2; at < text.size(); ++at, place /= 10) {
        if (!ascii::is_digit(text[at])) return std::nullopt;
        weight += (text[at] - '0') * place;
    }
    if (weight > 1000) return std::nullopt;
    return static_cast<std::uint16_t>(weight);
}

/// How closely a range of an Accept field fits: 0 not at all, then */*, type/*, type/subtype, and
/// each parameter (RFC 9110 12.5.1).
std::size_t specificity(const MediaType& range, const MediaType& offer) noexcept {
    if (range.type == "*") return 1;
    if (range.type != offer.type) return 0;
    if (range.subtype == "*") return 2;
    if (range.subtype != offer.subtype) return 0;
    for (const auto& [name, value] : range.parameters)
        if (const auto offered = offer.parameter(name);
            !offered || !ascii::iequals(*offered, value))
            return 0;
    return 3 + range.parameters.size();
}

}  // namespace

std::optional<std::string_view> MediaType::parameter(std::string_view name) const noexcept {
    for (const auto& [parameter_name, value] : parameters)
        if (parameter_name == name) return value;
    return std::nullopt;
}

bool MediaType::is(std::string_view essence) const noexcept {
    return essence.size() == type.size() + 1 + subtype.size() && essence.starts_with(type) &&
           essence[type.size()] == '/' && essence.ends_with(subtype);
}

bool MediaType::is_json() const noexcept {
    return is("application/json") || subtype.ends_with("+json");
}

std::string mimetype_of(std::string_view content_type) {
    return ascii::lower(ascii::trim(content_type.substr(0, content_type.find(';'))));
}

std::optional<MediaType> parse_media_type(std::string_view text) {
    text = ascii::trim(text);
    MediaType media_type;
    media_type.type = ascii::lower(take_token(text));
    if (media_type.type.empty() || !take(text, '/')) return std::nullopt;
    media_type.subtype = ascii::lower(take_token(text));
    if (media_type.subtype.empty()) return std::nullopt;
    while (true) {
        skip_white_space(text);
        if (text.empty()) return media_type;
        if (!take(text, ';')) return std::nullopt;
        skip_white_space(text);
        if (text.empty() || text[0] == ';') continue;
        std::string name = ascii::lower(take_token(text));
        if (name.empty() || !take(text, '=')) return std::nullopt;
        if (text.starts_with('"')) {
            auto value = take_quoted(text);
            if (!value) return std::nullopt;
            media_type.parameters.emplace_back(std::move(name), std::move(*value));
        } else {
            const std::string_view value = take_token(text);
            if (value.empty()) return std::nullopt;
            media_type.parameters.emplace_back(std::move(name), std::string(value));
        }
    }
}

std::vector<Preference> parse_preferences(std::string_view field_value) {
    std::vector<Preference> preferences;
    while (!field_value.empty()) {
        const std::string_view member = take_member(field_value);
        const std::size_t end = std::min(member.find(';'), member.size());
        const std::string_view value = ascii::trim(member.substr(0, end));
        if (value.empty()) continue;
        std::string_view weight = ascii::trim(member.substr(std::min(end + 1, member.size())));
        std::optional<std::uint16_t> thousandths = 1000;
        if (!weight.empty()) {
            const bool is_weight = ascii::to_lower(weight[0]) == 'q' && weight.substr(1, 1) == "=";
            thousandths = is_weight ? parse_weight(weight.substr(2)) : std::nullopt;
        }
        if (thousandths) preferences.push_back({std::string(value), *thousandths});
    }
    return preferences;
}

Accept Accept::parse(std::string_view field_value) {
    Accept accept;
    while (!field_value.empty()) {
        auto media_type = parse_media_type(take_member(field_value));
        if (!media_type || (media_type->type == "*" && media_type->subtype != "*")) continue;
        std::optional<std::uint16_t> weight = 1000;
        auto& parameters = media_type->parameters;
        const auto q = std::ranges::find(parameters, "q",
                                         [](const auto& parameter) { return parameter.first; });
        if (q != parameters.end()) {
            weight = parse_weight(q->second);
            parameters.erase(q, parameters.end());  // what follows the weight is not of the type
        }
        if (weight) accept.ranges_.push_back({std::move(*media_type), *weight});
    }
    return accept;
}

std::uint16_t Accept::weight_of(const MediaType& media_type) const noexcept {
    std::size_t closest = 0;
    std::uint16_t weight = 0;
    for (const Range& range : ranges_) {
        const std::size_t fit = specificity(range.media_type, media_type);
        if (fit > closest) {
            closest = fit;
            weight = range.weight;
        }
    }
    return weight;
}

std::optional<std::size_t> Accept::best(std::span<const std::string_view> offers) const {
    std::optional<std::size_t> best;
    std::uint16_t highest = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const auto offer = parse_media_type(offers[i]);
        const std::uint16_t weight = offer ? weight_of(*offer) : std::uint16_t{0};
        if (weight > highest) {
            highest = weight;
            best = i;
        }
    }
    return best;
}

namespace {

std::uint16_t weight_among(const std::vector<Preference>& preferences, std::string_view offer,
                           char prefix_separator) noexcept {
    std::size_t closest = 0;  // 1 for "*", then by length of the name
    std::uint16_t weight = 0;
    for (const Preference& preference : preferences) {
        const std::string_view name = preference.value;
        const bool prefix = prefix_separator != 0 && offer.size() > name.size() &&
                            offer[name.size()] == prefix_separator &&
                            ascii::iequals(offer.substr(0, name.size()), name);
        const std::size_t fit = name == "*"                             ? 1
                                : prefix || ascii::iequals(name, offer) ? 1 + name.size()
                                                                        : 0;
        if (fit > closest) {
            closest = fit;
            weight = preference.weight;
        }
    }
    return weight;
}

}  // namespace

std::uint16_t preference_weight(std::string_view field_value, std::string_view value,
                                char prefix_separator) {
    return weight_among(parse_preferences(field_value), value, prefix_separator);
}

std::optional<std::size_t> best_preference(std::string_view field_value,
                                           std::span<const std::string_view> offers,
                                           char prefix_separator) {
    const std::vector<Preference> preferences = parse_preferences(field_value);
    std::optional<std::size_t> best;
    std::uint16_t highest = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const std::uint16_t weight = weight_among(preferences, offers[i], prefix_separator);
        if (weight > highest) {
            highest = weight;
            best = i;
        }
    }
    return best;
}

}  // namespace pottle::http
