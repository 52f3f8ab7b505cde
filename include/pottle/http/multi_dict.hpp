// SPDX-License-Identifier: MIT
/// \file
/// MultiDict: names and values in the order they came, for query arguments, form fields and
/// cookies.
#pragma once

#include <pottle/base/compiler.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

/// An ordered multimap of text. A value. Names have case, unlike those of Headers.
class MultiDict {
public:
    using Entry = std::pair<std::string, std::string>;
    using const_iterator = std::vector<Entry>::const_iterator;

    MultiDict() = default;
    MultiDict(std::initializer_list<Entry> entries) : entries_(entries) {}

    /// Appends; earlier values of that name stay.
    void add(std::string name, std::string value) {
        entries_.emplace_back(std::move(name), std::move(value));
    }
    /// Replaces all values of that name by one, in the place of the first.
    void set(std::string_view name, std::string value);
    /// Returns: how many values were removed.
    std::size_t remove(std::string_view name);
    void clear() noexcept { entries_.clear(); }

    bool contains(std::string_view name) const noexcept { return find_entry(name) != nullptr; }
    /// First value. Lifetime: until the dictionary changes.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// First value, or `fallback`.
    std::string_view get(std::string_view name, std::string_view fallback = {}) const noexcept;
    /// First value; throws LogicError when there is none.
    std::string_view at(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;

    bool empty() const noexcept { return entries_.empty(); }
    std::size_t size() const noexcept { return entries_.size(); }
    const_iterator begin() const noexcept { return entries_.begin(); }
    const_iterator end() const noexcept { return entries_.end(); }

    friend bool operator==(const MultiDict&, const MultiDict&) = default;

private:
    const Entry* find_entry(std::string_view name) const noexcept;

    std::vector<Entry> entries_;
};

}  // namespace pottle
