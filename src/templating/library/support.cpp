// SPDX-License-Identifier: MIT
#include "support.hpp"

#include "unicode.hpp"

#include <pottle/templating/options.hpp>

#include <algorithm>
#include <charconv>

namespace pottle::templating::library {

Value text_like(Render& render, const Value& model, std::string_view text) {
    return model.is_safe() ? render.markup(text) : render.string(text);
}

void require_room(Render& render, std::uint64_t bytes) {
    if (bytes > render.options().limits.memory)
        fail(ErrorKind::Limit, "the result is larger than Limits::memory allows");
}

void require_room(Render& render, std::uint64_t count, std::uint64_t size) {
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) bytes = UINT64_MAX;
    require_room(render, bytes);
}

Value without_case(Render& render, const Value& value) {
    if (!value.is_string()) return value;
    const std::string_view text = value.as_string();
    const bool is_lower = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 0 && c < 'A') || c > 'Z';  // and not past ASCII, where char is negative
    });
    return is_lower ? value : render.string(unicode::lower(text));
}

namespace {

/// "3" is the index 3; a number too large for an index is a name.
Value part_of(Render& render, std::string_view text) {
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    const bool is_index =
        !text.empty() && text[0] != '-' && error == std::errc() && end == text.data() + text.size();
    return is_index ? Value::integer(index) : render.string(text);
}

}  // namespace

AttributePath::AttributePath(Render& render, const Value& attribute) : render_(render) {
    if (is_absent(attribute)) return;
    if (!attribute.is_string()) {
        parts_.push_back(attribute);
        return;
    }
    std::string_view rest = attribute.as_string();
    while (true) {
        const std::size_t dot = rest.find('.');
        parts_.push_back(part_of(render, rest.substr(0, dot)));
        if (dot == std::string_view::npos) return;
        rest.remove_prefix(dot + 1);
    }
}

Value AttributePath::find(const Value& item) const {
    Value found = item;
    for (const Value& part : parts_) {
        found = render_.item(found, part);
        if (found.is_undefined() && !default_.is_none()) found = default_;
    }
    return found;
}

}  // namespace pottle::templating::library
