// SPDX-License-Identifier: MIT
/// \file
/// MultiDict: names and values in the order they came, for query arguments, form fields and
/// cookies.
#pragma once

#include <pottle/base/compiler.hpp>

#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

/// Thrown by at() for a name that is not there. In a request's own dictionaries (arguments, form,
/// cookies, files, fields) that is the client's mistake: what nobody catches is answered 400.
class MissingKey : public std::exception {
public:
    explicit MissingKey(std::string_view name);
    MissingKey(const MissingKey&) = default;
    ~MissingKey() override;
    /// "there is no value named "x""
    const char* what() const noexcept override { return sentence_.c_str(); }

private:
    std::string sentence_;
};

/// A value of a dictionary as a T: whole numbers, floating point, bool ("true", "1", "on", "false",
/// "0", "off"), text. Nothing when it cannot be read as one.
template <class T>
std::optional<T> read_as(std::string_view text);
template <>
std::optional<std::string> read_as(std::string_view text);
template <>
std::optional<bool> read_as(std::string_view text);
template <>
std::optional<int> read_as(std::string_view text);
template <>
std::optional<long> read_as(std::string_view text);
template <>
std::optional<long long> read_as(std::string_view text);
template <>
std::optional<unsigned> read_as(std::string_view text);
template <>
std::optional<unsigned long> read_as(std::string_view text);
template <>
std::optional<double> read_as(std::string_view text);

/// An ordered multimap of text. A value. Names have case, unlike those of Headers.
class MultiDict {
public:
    using Entry = std::pair<std::string, std::string>;
    using const_iterator = std::vector<Entry>::const_iterator;

    MultiDict() = default;
    MultiDict(std::initializer_list<Entry> entries);

    /// Appends; earlier values of that name stay.
    void add(std::string name, std::string value);
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
    /// First value. Errors: throws MissingKey when there is none.
    std::string_view at(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;

    /// First value as a T; `fallback` when there is none or it cannot be read as one:
    /// `request.args().get_as<int>("page", 1)`.
    template <class T>
    T get_as(std::string_view name, T fallback = T{}) const {
        const std::optional<std::string_view> value = find(name);
        std::optional<T> read = value ? read_as<T>(*value) : std::nullopt;
        return read ? std::move(*read) : std::move(fallback);
    }
    /// Every value that can be read as a T.
    template <class T>
    std::vector<T> get_all_as(std::string_view name) const {
        std::vector<T> values;
        for (const std::string_view value : get_all(name))
            if (std::optional<T> read = read_as<T>(value)) values.push_back(std::move(*read));
        return values;
    }

    bool empty() const noexcept { return entries_.empty(); }
    std::size_t size() const noexcept { return entries_.size(); }
    const_iterator begin() const noexcept { return entries_.begin(); }
    const_iterator end() const noexcept { return entries_.end(); }

    friend bool operator==(const MultiDict& a, const MultiDict& b);

private:
    const Entry* find_entry(std::string_view name) const noexcept;

    std::vector<Entry> entries_;
};

}  // namespace pottle
