// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/cache_control.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace pottle {

namespace {

struct Flag {
    std::string_view name;
    bool CacheControl::* member;
};
struct Age {
    std::string_view name;
    std::optional<std::int64_t> CacheControl::* member;
};

// In the order in which they are written.
constexpr auto kFlags = std::to_array<Flag>({
    {"public", &CacheControl::is_public},
    {"private", &CacheControl::is_private},
    {"no-cache", &CacheControl::no_cache},
    {"no-store", &CacheControl::no_store},
    {"no-transform", &CacheControl::no_transform},
    {"must-revalidate", &CacheControl::must_revalidate},
    {"proxy-revalidate", &CacheControl::proxy_revalidate},
    {"must-understand", &CacheControl::must_understand},
    {"only-if-cached", &CacheControl::only_if_cached},
});
constexpr auto kAges = std::to_array<Age>({
    {"max-age", &CacheControl::max_age},
    {"s-maxage", &CacheControl::s_maxage},
    {"stale-while-revalidate", &CacheControl::stale_while_revalidate},
    {"stale-if-error", &CacheControl::stale_if_error},
    {"min-fresh", &CacheControl::min_fresh},
    {"max-stale", &CacheControl::max_stale},
});

/// delta-seconds, as a token or quoted (RFC 9111 5.2: recipients accept both).
std::optional<std::int64_t> parse_age(std::string_view text) noexcept {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    if (text.empty() || !std::ranges::all_of(text, ascii::is_digit)) return std::nullopt;
    std::int64_t age = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), age);
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
    return age;
}

void apply(CacheControl& out, std::string_view directive) {
    const std::size_t equals = std::min(directive.find('='), directive.size());
    const std::string_view name = ascii::trim(directive.substr(0, equals));
    const std::string_view value =
        ascii::trim(directive.substr(std::min(equals + 1, directive.size())));
    if (ascii::iequals(name, "immutable")) out.immutable = true;
    for (const Flag& flag : kFlags)
        if (ascii::iequals(name, flag.name)) out.*flag.member = true;
    for (const Age& age : kAges) {
        if (!ascii::iequals(name, age.name)) continue;
        out.*age.member = parse_age(value);
        if (value.empty() && age.member == &CacheControl::max_stale) out.max_stale = -1;
    }
}

/// Size of the first member of the list; commas in quotes do not end it.
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

}  // namespace

CacheControl CacheControl::parse(std::string_view field_value) {
    CacheControl out;
    while (!field_value.empty()) {
        const std::size_t size = std::min(member_size(field_value), field_value.size());
        apply(out, field_value.substr(0, size));
        field_value.remove_prefix(std::min(size + 1, field_value.size()));
    }
    return out;
}

std::string CacheControl::text() const {
    std::string out;
    const auto add = [&](std::string_view name) {
        if (!out.empty()) out += ", ";
        out += name;
    };
    for (const Flag& flag : kFlags)
        if (this->*flag.member) add(flag.name);
    for (const Age& age : kAges) {
        const auto& seconds = this->*age.member;
        if (!seconds) continue;
        add(age.name);
        if (*seconds >= 0) out.append("=").append(std::to_string(*seconds));
    }
    if (immutable) add("immutable");
    return out;
}

}  // namespace pottle
