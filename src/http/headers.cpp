// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/token.hpp>

#include <algorithm>

namespace pottle {

namespace {

bool splits_a_message(std::string_view value) noexcept {
    return value.contains('\n') || value.contains('\r') || value.contains('\0');
}

void require_valid(std::string_view name, std::string_view value) {
    POTTLE_REQUIRE(http::is_token(name), "a header field's name must be a token (RFC 9110 5.1)");
    Headers::require_value(value);
}

auto named(std::string_view name) {
    return [name](const Headers::Entry& entry) { return ascii::iequals(entry.name, name); };
}

}  // namespace

void Headers::require_value(std::string_view value) {
    POTTLE_REQUIRE(!splits_a_message(value),
                   "a header field's value must not hold CR, LF or NUL (RFC 9110 5.5)");
}

Headers::Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
    for (const auto& [name, value] : entries) add(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
    require_valid(name, value);
    entries_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
    require_valid(name, value);
    const auto first = std::ranges::find_if(entries_, named(name));
    if (first == entries_.end()) {
        entries_.push_back({std::string(name), std::string(value)});
        return;
    }
    first->value = value;
    entries_.erase(std::remove_if(first + 1, entries_.end(), named(name)), entries_.end());
}

void Headers::set_default(std::string_view name, std::string_view value) {
    if (!contains(name)) add(name, value);
}

std::size_t Headers::remove(std::string_view name) {
    return std::erase_if(entries_, named(name));
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(entries_, named(name));
    if (found == entries_.end()) return std::nullopt;
    return found->value;
}

std::string_view Headers::get(std::string_view name, std::string_view fallback) const noexcept {
    return find(name).value_or(fallback);
}

std::string_view Headers::at(std::string_view name) const {
    const auto value = find(name);
    POTTLE_REQUIRE(value, "Headers::at: there is no field of that name");
    return *value;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Entry& entry : entries_)
        if (ascii::iequals(entry.name, name)) values.push_back(entry.value);
    return values;
}

}  // namespace pottle
