// SPDX-License-Identifier: MIT
/// \file
/// What the filters and methods of this folder share: texts that stay markup, the bound on what one
/// call may make, and looking attributes up by a path.
#pragma once

#include <pottle/templating/call.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace pottle::templating::library {

/// A copy of `text`: markup when `model` is.
Value text_like(Render& render, const Value& model, std::string_view text);
/// The same for text that lives as long as `model`, without a copy.
inline Value view_like(const Value& model, std::string_view text) {
    const Value made = Value::string(text);
    return model.is_safe() ? made.as_markup() : made;
}

/// Throws (Limit) when a call is about to make more than a page may hold: before the memory is
/// taken, where a number in the template says how much.
void require_room(Render& render, std::uint64_t bytes);
/// `count` times `size` bytes; the product may not fit 64 bits.
void require_room(Render& render, std::uint64_t count, std::uint64_t size);

/// What a filter's argument is when it may be left out or be none.
inline bool is_absent(const Value& argument) {
    return argument.is_missing() || argument.is_none();
}

/// dict.update(source): of a mapping or of pairs.
void update_dict(Render& render, Dict& dict, const Value& source);

/// A text in lower case; everything else as it is.
Value without_case(Render& render, const Value& value);

/// `attribute="city.name"`: looks up the parts of a path one after the other, digits as indices.
class AttributePath {
public:
    /// Without an attribute the item itself is found.
    AttributePath(Render& render, const Value& attribute);

    /// What parts that are not there become; by default they stay undefined.
    void set_default(const Value& value) { default_ = value; }
    Value find(const Value& item) const;

private:
    Render& render_;
    std::vector<Value> parts_;
    Value default_ = Value::none();
};

/// An AttributePath, with the case of what is found ignored.
struct SortKey {
    AttributePath path;
    bool case_sensitive = false;

    Value find(Render& render, const Value& item) const {
        const Value found = path.find(item);
        return case_sensitive ? found : without_case(render, found);
    }
};

}  // namespace pottle::templating::library
