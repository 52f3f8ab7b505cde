// SPDX-License-Identifier: MIT
/// \file
/// Filters on what can be walked: default, length, list, first, last, random, reverse, join, batch,
/// slice, sum.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

Value filter_default(Call& call) {
    static constexpr std::string_view names[] = {"value", "default_value", "boolean"};
    Value a[3];
    call.bind(names, 1, a);
    const bool replace = a[0].is_undefined() || (call.truth_or(a[2], false) && !truth(a[0]));
    if (!replace) return a[0];
    return a[1].is_missing() ? Value::string("") : a[1];
}

Value filter_length(Call& call) {
    call.expect(1, 1);
    return Value::integer(static_cast<std::int64_t>(length(call.self())));
}

Value filter_list(Call& call) {
    call.expect(1, 1);
    return Value::list(&to_list(call.arena(), call.self()));
}

Value filter_first(Call& call) {
    call.expect(1, 1);
    Value first;
    if (Walk(call.arena(), call.self()).next(first)) return first;
    return call.render().undefined("No first item, sequence was empty.");
}

/// The items of what can be walked backwards: not of an iterator.
const List& reversible(Call& call) {
    const Value& value = call.self();
    if (value.is(Kind::Iterator))
        fail_type(fmt::format("'{}' object is not reversible", type_name(value)));
    return to_list(call.arena(), value);
}

Value filter_last(Call& call) {
    call.expect(1, 1);
    const Value& value = call.self();
    if (value.is(Kind::List) || value.is(Kind::Tuple) || value.is(Kind::Range)) {
        if (const std::size_t size = length(value)) return item_at(value, size - 1);
        return call.render().undefined("No last item, sequence was empty.");
    }
    const List& items = reversible(call);
    if (!items.empty()) return items[items.size() - 1];
    return call.render().undefined("No last item, sequence was empty.");
}

Value filter_random(Call& call) {
    call.expect(1, 1);
    const Value& value = call.self();
    if (!value.is_listlike() && !value.is_string() && !value.is(Kind::Range)) {
        if (value.is_undefined()) fail_undefined(value);
        fail_type(fmt::format("random: '{}' object is not a sequence", type_name(value)));
    }
    const std::size_t size = length(value);
    if (size == 0) return call.render().undefined("No random item, sequence was empty.");
    const auto at = static_cast<std::int64_t>(call.render().random_below(size));
    return call.render().item(value, Value::integer(at));
}

Value filter_reverse(Call& call) {
    call.expect(1, 1);
    const Value& value = call.self();
    Render& render = call.render();
    if (value.is_string()) {
        const std::string_view text = value.as_string();
        std::string out;
        for (std::size_t end = text.size(); end > 0;) {
            std::size_t begin = end;
            unicode::decode_before(text, begin);
            out += text.substr(begin, end - begin);
            end = begin;
        }
        return text_like(render, value, out);
    }
    const bool is_iterator = value.is(Kind::Iterator);
    List& items = to_list(call.arena(), value);
    std::reverse(items.begin(), items.end());
    // A list of its own for what can only be walked forwards; else walked once, as reversed() is.
    return is_iterator ? Value::list(&items) : render.iterator(items, "list_reverseiterator");
}

Value filter_join(Call& call) {
    static constexpr std::string_view names[] = {"value", "d", "attribute"};
    Value a[3];
    call.bind(names, 1, a);
    Render& render = call.render();
    const AttributePath path(render, a[2]);
    List& items = to_list(render.arena(), a[0]);
    for (Value& item : items) item = path.find(item);
    Value between = a[1].is_missing() ? Value::string("") : a[1];
    bool is_markup = false;
    if (render.autoescape()) {
        is_markup =
            between.is_safe() || std::any_of(items.begin(), items.end(),
                                             [](const Value& item) { return item.is_safe(); });
    }
    std::string out;
    const auto append = [&](const Value& value) {
        if (is_markup) {
            append_escaped(out, value);
        } else {
            append_text(out, value);
        }
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i) append(between);
        append(items[i]);
        require_room(render, out.size());
    }
    return is_markup ? render.markup(out) : render.string(out);
}

Value filter_batch(Call& call) {
    static constexpr std::string_view names[] = {"value", "linecount", "fill_with"};
    Value a[3];
    call.bind(names, 2, a);
    Render& render = call.render();
    const std::int64_t count = call.integer(a[1]);
    List& rows = render.new_list();
    List* row = &render.new_list();
    Value item;
    for (Walk walk(render.arena(), a[0]); walk.next(item);) {
        if (static_cast<std::int64_t>(row->size()) == count) {
            rows.append(Value::list(row));
            row = &render.new_list();
        }
        row->append(item);
    }
    if (row->empty()) return render.iterator(rows);
    if (!is_absent(a[2])) {
        const auto size = static_cast<std::int64_t>(row->size());
        if (count > size)
            require_room(render, static_cast<std::uint64_t>(count - size), sizeof(Value));
        for (std::int64_t i = size; i < count; ++i) row->append(a[2]);
    }
    rows.append(Value::list(row));
    return render.iterator(rows);
}

Value filter_slice(Call& call) {
    static constexpr std::string_view names[] = {"value", "slices", "fill_with"};
    Value a[3];
    call.bind(names, 2, a);
    Render& render = call.render();
    const List& items = to_list(render.arena(), a[0]);
    const std::int64_t count = call.integer(a[1]);
    if (count == 0) fail(ErrorKind::Value, "slice: integer division or modulo by zero");
    List& columns = render.new_list();
    if (count < 0) return render.iterator(columns);
    const auto slices = static_cast<std::uint64_t>(count);
    require_room(render, slices, sizeof(Value) + sizeof(List));
    const std::size_t longer = items.size() % slices;
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < slices; ++i) {
        const std::size_t size = items.size() / slices + (i < longer);
        List& column = *render.arena().make<List>(render.arena(), items.items().subspan(at, size));
        at += size;
        if (!is_absent(a[2]) && i >= longer) column.append(a[2]);
        columns.append(Value::list(&column));
    }
    return render.iterator(columns);
}

Value filter_sum(Call& call) {
    static constexpr std::string_view names[] = {"iterable", "attribute", "start"};
    Value a[3];
    call.bind(names, 1, a);
    Render& render = call.render();
    const AttributePath path(render, a[1]);
    Value sum = a[2].is_missing() ? Value::integer(0) : a[2];
    if (sum.is_string()) fail_type("sum: can't sum strings, use join instead");
    if (sum.is(Kind::List)) {  // one list that grows, in place of one for each item
        List& all = *render.arena().make<List>(render.arena(), sum.as_list().items());
        Value item;
        for (Walk walk(render.arena(), a[0]); walk.next(item);) {
            const Value found = path.find(item);
            if (!found.is_listlike() || found.is(Kind::Tuple))
                fail_type(fmt::format("can only concatenate list (not \"{}\") to list",
                                      type_name(found)));
            for (const Value& part : to_list(render.arena(), found)) all.append(part);
        }
        return Value::list(&all);
    }
    Value item;
    for (Walk walk(render.arena(), a[0]); walk.next(item);)
        sum = arithmetic(render.arena(), Operator::Add, sum, path.find(item));
    return sum;
}

}  // namespace

Entries sequence_filters() {
    static constexpr NativeEntry entries[] = {
        {"batch", filter_batch},     {"count", filter_length},    {"d", filter_default},
        {"default", filter_default}, {"first", filter_first},     {"join", filter_join},
        {"last", filter_last},       {"length", filter_length},   {"list", filter_list},
        {"random", filter_random},   {"reverse", filter_reverse}, {"slice", filter_slice},
        {"sum", filter_sum},
    };
    return entries;
}

}  // namespace pottle::templating::library
