// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/date.hpp>

#include <algorithm>

namespace pottle::http {

namespace {

/// etagc = %x21 / %x23-7E / obs-text
bool is_tag_byte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x21 && byte != '"' && byte != 0x7f;
}

/// Takes one entity tag off the front of `text`.
std::optional<EntityTag> take_entity_tag(std::string_view& text) {
    EntityTag entity_tag;
    if (text.starts_with("W/")) {  // has case
        entity_tag.weak = true;
        text.remove_prefix(2);
    }
    if (!text.starts_with('"')) return std::nullopt;
    std::size_t end = 1;
    while (end < text.size() && is_tag_byte(text[end])) ++end;
    if (end == text.size() || text[end] != '"') return std::nullopt;
    entity_tag.tag = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return entity_tag;
}

bool matches_any(std::string_view field_value, const Validators& current,
                 bool (*equal)(const EntityTag&, const EntityTag&) noexcept) {
    const auto list = EntityTagList::parse(field_value);
    if (!list) return false;
    if (list->any) return current.exists;
    if (!current.exists || !current.entity_tag) return false;
    return std::ranges::any_of(
        list->tags, [&](const EntityTag& tag) { return equal(tag, *current.entity_tag); });
}

/// Nothing when one of the two dates is not known.
std::optional<bool> modified_since(std::string_view date, const Validators& current) {
    const auto since = parse_http_date(date);
    if (!since || !current.last_modified) return std::nullopt;
    return *current.last_modified > *since;
}

}  // namespace

std::string EntityTag::text() const {
    return (weak ? "W/\"" : "\"") + tag + "\"";
}

std::optional<EntityTag> parse_entity_tag(std::string_view text) {
    text = ascii::trim(text);
    auto entity_tag = take_entity_tag(text);
    if (!text.empty()) return std::nullopt;
    return entity_tag;
}

bool strongly_equal(const EntityTag& a, const EntityTag& b) noexcept {
    return !a.weak && !b.weak && a.tag == b.tag;
}

bool weakly_equal(const EntityTag& a, const EntityTag& b) noexcept {
    return a.tag == b.tag;
}

std::optional<EntityTagList> EntityTagList::parse(std::string_view field_value) {
    field_value = ascii::trim(field_value);
    if (field_value == "*") return EntityTagList{.any = true, .tags = {}};
    EntityTagList list;
    while (true) {
        // Empty members are allowed (RFC 9110 5.6.1.2).
        while (field_value.starts_with(',')) field_value = ascii::trim(field_value.substr(1));
        if (field_value.empty()) break;
        auto entity_tag = take_entity_tag(field_value);
        if (!entity_tag) return std::nullopt;
        list.tags.push_back(std::move(*entity_tag));
        field_value = ascii::trim(field_value);
        if (!field_value.empty() && field_value[0] != ',') return std::nullopt;
    }
    return list;
}

bool EntityTagList::contains(std::string_view tag) const noexcept {
    return any || std::ranges::any_of(tags, [&](const EntityTag& member) {
               return !member.weak && member.tag == tag;
           });
}

bool EntityTagList::contains_weak(std::string_view tag) const noexcept {
    return any ||
           std::ranges::any_of(tags, [&](const EntityTag& member) { return member.tag == tag; });
}

std::optional<IfRange> IfRange::parse(std::string_view field_value) {
    if (auto tag = parse_entity_tag(field_value)) return IfRange{.entity_tag = std::move(tag)};
    if (const auto date = parse_http_date(ascii::trim(field_value))) return IfRange{.date = date};
    return std::nullopt;
}

Precondition evaluate(Method method, const Conditions& conditions, const Validators& current) {
    const bool safe_read = method == Method::Get || method == Method::Head;
    // RFC 9110 13.2.2 steps 1 and 2.
    if (conditions.if_match) {
        if (!matches_any(*conditions.if_match, current, strongly_equal))
            return Precondition::Failed;
    } else if (conditions.if_unmodified_since) {
        if (modified_since(*conditions.if_unmodified_since, current).value_or(false))
            return Precondition::Failed;
    }
    // Steps 3 and 4.
    if (conditions.if_none_match) {
        if (matches_any(*conditions.if_none_match, current, weakly_equal))
            return safe_read ? Precondition::NotModified : Precondition::Failed;
    } else if (safe_read && conditions.if_modified_since) {
        if (!modified_since(*conditions.if_modified_since, current).value_or(true))
            return Precondition::NotModified;
    }
    return Precondition::Holds;
}

bool if_range_holds(std::string_view field_value, const Validators& current) {
    if (const auto tag = parse_entity_tag(field_value))
        return current.entity_tag && strongly_equal(*tag, *current.entity_tag);
    const auto date = parse_http_date(ascii::trim(field_value));
    return date && current.last_modified == date;
}

}  // namespace pottle::http
