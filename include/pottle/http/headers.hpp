// SPDX-License-Identifier: MIT
/// \file
/// Headers: an owned, ordered multimap of header fields, for responses and for tests. Received
/// requests have views (field.hpp). No field of it can hold CR, LF or NUL, so nothing built from it
/// can split a response.
#pragma once

#include <pottle/base/compiler.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// Header fields in the order they were added. A value. Names compare without case and keep the
/// case given.
///
/// Errors: a name that is not a token, or a value with CR, LF or NUL, throws LogicError (RFC
/// 9110 5.1, 5.5).
class Headers {
public:
    struct Entry {
        std::string name;
        std::string value;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    using const_iterator = std::vector<Entry>::const_iterator;

    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> entries);

    /// Appends; earlier fields of that name stay.
    void add(std::string_view name, std::string_view value);
    /// Replaces every field of that name by one, in the place of the first.
    void set(std::string_view name, std::string_view value);
    /// Adds unless a field of that name exists.
    void set_default(std::string_view name, std::string_view value);
    /// Returns: how many fields were removed.
    std::size_t remove(std::string_view name);
    void clear() noexcept { entries_.clear(); }

    bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
    /// First value. Lifetime: until the headers change.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// First value, or `fallback`.
    std::string_view get(std::string_view name, std::string_view fallback = {}) const noexcept;
    /// First value; throws LogicError when there is none.
    std::string_view at(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;

    /// Errors: throws LogicError when `value` cannot be a field's.
    static void require_value(std::string_view value);

    bool empty() const noexcept { return entries_.empty(); }
    std::size_t size() const noexcept { return entries_.size(); }
    const_iterator begin() const noexcept { return entries_.begin(); }
    const_iterator end() const noexcept { return entries_.end(); }

    friend bool operator==(const Headers&, const Headers&) = default;

private:
    std::vector<Entry> entries_;
};

}  // namespace pottle
