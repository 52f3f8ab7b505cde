// SPDX-License-Identifier: MIT
/// \file
/// value[start:stop:step] for texts, lists, tuples and ranges.
#include <pottle/templating/operations.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

struct Bounds {
    std::int64_t start;
    std::int64_t step;
    std::size_t count;
};

bool is_given(const Value& bound) {
    return !bound.is_missing() && !bound.is_none();
}

std::int64_t integer(const Value& bound) {
    if (bound.is_undefined()) fail_undefined(bound);
    if (!bound.is(Kind::Int) && !bound.is(Kind::Bool))
        fail_type("slice indices must be integers or None or have an __index__ method");
    return bound.as_int();
}

/// PySlice_AdjustIndices.
Bounds adjust(std::int64_t size, const Value& start, const Value& stop, const Value& step) {
    const std::int64_t stride = is_given(step) ? integer(step) : 1;
    if (stride == 0) fail(ErrorKind::Value, "slice step cannot be zero");
    const std::int64_t lowest = stride < 0 ? -1 : 0;
    const std::int64_t highest = stride < 0 ? size - 1 : size;
    const auto clamp = [&](const Value& bound, std::int64_t otherwise) {
        if (!is_given(bound)) return otherwise;
        std::int64_t at = integer(bound);
        if (at < 0) at = at < -size ? -1 : at + size;
        if (at < 0) return lowest;
        return std::min(at, highest);
    };
    const std::int64_t from = clamp(start, stride < 0 ? highest : lowest);
    const std::int64_t to = clamp(stop, stride < 0 ? lowest : highest);
    std::size_t count = 0;
    if (stride > 0 && from < to) count = static_cast<std::size_t>((to - from - 1) / stride) + 1;
    if (stride < 0 && to < from)
        count = static_cast<std::size_t>((from - to - 1) / -(stride + (stride == INT64_MIN))) + 1;
    return {from, stride, count};
}

Value slice_text(Arena& arena, const Value& value, const Bounds& bounds) {
    std::vector<std::string_view> characters;
    Value character;
    for (Walk walk(arena, value); walk.next(character);)
        characters.push_back(character.as_string());
    std::string out;
    std::int64_t at = bounds.start;
    for (std::size_t i = 0; i < bounds.count; ++i, at += bounds.step)
        out += characters[static_cast<std::size_t>(at)];
    const Value made = Value::string(arena.copy(out));
    return value.is_safe() ? made.as_markup() : made;
}

}  // namespace

Value slice(Arena& arena, const Value& value, const Value& start, const Value& stop,
            const Value& step) {
    if (value.is_undefined()) fail_undefined(value);
    if (!value.is_string() && !value.is_listlike() && !value.is(Kind::Range))
        fail_type(fmt::format("'{}' object is not subscriptable", type_name(value)));
    const Bounds bounds = adjust(static_cast<std::int64_t>(length(value)), start, stop, step);
    if (value.is_string()) return slice_text(arena, value, bounds);
    List& out = *arena.make<List>(arena);
    out.reserve(bounds.count);
    std::int64_t at = bounds.start;
    for (std::size_t i = 0; i < bounds.count; ++i, at += bounds.step)
        out.append(item_at(value, static_cast<std::size_t>(at)));
    if (value.is(Kind::Range)) {
        const RangeInfo& range = value.as_range();
        RangeInfo part{range.start + bounds.start * range.step, 0, range.step * bounds.step};
        part.stop = part.start + static_cast<std::int64_t>(bounds.count) * part.step;
        return Value::range(arena.make<RangeInfo>(part));
    }
    return value.is(Kind::Tuple) ? Value::tuple(&out) : Value::list(&out);
}

}  // namespace pottle::templating
