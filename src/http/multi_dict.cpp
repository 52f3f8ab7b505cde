// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/http/multi_dict.hpp>

#include <algorithm>

namespace pottle {

namespace {
auto named(std::string_view name) {
    return [name](const MultiDict::Entry& entry) { return entry.first == name; };
}
}  // namespace

const MultiDict::Entry* MultiDict::find_entry(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(entries_, named(name));
    return found == entries_.end() ? nullptr : &*found;
}

void MultiDict::set(std::string_view name, std::string value) {
    const auto first = std::ranges::find_if(entries_, named(name));
    if (first == entries_.end()) return add(std::string(name), std::move(value));
    first->second = std::move(value);
    entries_.erase(std::remove_if(first + 1, entries_.end(), named(name)), entries_.end());
}

std::size_t MultiDict::remove(std::string_view name) {
    return std::erase_if(entries_, named(name));
}

std::optional<std::string_view> MultiDict::find(std::string_view name) const noexcept {
    const Entry* entry = find_entry(name);
    if (entry == nullptr) return std::nullopt;
    return entry->second;
}

std::string_view MultiDict::get(std::string_view name, std::string_view fallback) const noexcept {
    const Entry* entry = find_entry(name);
    return entry == nullptr ? fallback : std::string_view(entry->second);
}

std::string_view MultiDict::at(std::string_view name) const {
    const Entry* entry = find_entry(name);
    POTTLE_REQUIRE(entry, "MultiDict::at: there is no value of that name");
    return entry->second;
}

std::vector<std::string_view> MultiDict::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Entry& entry : entries_)
        if (entry.first == name) values.push_back(entry.second);
    return values;
}

}  // namespace pottle
