// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/multi_dict.hpp>

#include <algorithm>
#include <charconv>

namespace pottle {

namespace {
auto named(std::string_view name) {
    return [name](const MultiDict::Entry& entry) { return entry.first == name; };
}
}  // namespace

namespace {

template <class T>
std::optional<T> read_number(std::string_view text) {
    text = ascii::trim(text);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    T value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

MissingKey::MissingKey(std::string_view name) : sentence_("there is no value named \"") {
    sentence_.append(name).append("\"");
}
MissingKey::~MissingKey() = default;

template <>
std::optional<std::string> read_as(std::string_view text) {
    return std::string(text);
}
template <>
std::optional<bool> read_as(std::string_view text) {
    for (const std::string_view yes : {"true", "1", "on", "yes"})
        if (ascii::iequals(text, yes)) return true;
    for (const std::string_view no : {"false", "0", "off", "no"})
        if (ascii::iequals(text, no)) return false;
    return std::nullopt;
}
template <>
std::optional<int> read_as(std::string_view text) {
    return read_number<int>(text);
}
template <>
std::optional<long> read_as(std::string_view text) {
    return read_number<long>(text);
}
template <>
std::optional<long long> read_as(std::string_view text) {
    return read_number<long long>(text);
}
template <>
std::optional<unsigned> read_as(std::string_view text) {
    return read_number<unsigned>(text);
}
template <>
std::optional<unsigned long> read_as(std::string_view text) {
    return read_number<unsigned long>(text);
}
template <>
std::optional<double> read_as(std::string_view text) {
    return read_number<double>(text);
}

const MultiDict::Entry* MultiDict::find_entry(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(entries_, named(name));
    return found == entries_.end() ? nullptr : &*found;
}

MultiDict::MultiDict(std::initializer_list<Entry> entries) : entries_(entries) {}

bool operator==(const MultiDict& a, const MultiDict& b) {
    return a.entries_ == b.entries_;
}

void MultiDict::add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
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
    if (entry == nullptr) throw MissingKey(name);
    return entry->second;
}

std::vector<std::string_view> MultiDict::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Entry& entry : entries_)
        if (entry.first == name) values.push_back(entry.second);
    return values;
}

}  // namespace pottle
