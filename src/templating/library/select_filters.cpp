// SPDX-License-Identifier: MIT
/// \file
/// Filters that apply a filter, a test or an attribute to every item: map, select, reject,
/// selectattr, rejectattr; attr and items.
#include "library.hpp"
#include "support.hpp"
#include "tables.hpp"

#include <pottle/templating/object.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

using Arguments = std::span<const Value>;

/// Nothing is done for what is false, not even looking at the arguments.
bool is_nothing(const Value& value) {
    return !truth(value);
}

Value map_attribute(Call& call) {
    Render& render = call.render();
    Value attribute;
    Value otherwise;
    for (const Keyword& keyword : call.keywords()) {
        if (keyword.name == "attribute") {
            attribute = keyword.value;
        } else if (keyword.name == "default") {
            otherwise = keyword.value;
        } else {
            fail_type(fmt::format("map: Unexpected keyword argument '{}'", keyword.name));
        }
    }
    AttributePath path(render, attribute);
    path.set_default(otherwise);
    List& mapped = render.new_list();
    Value item;
    for (Walk walk(render.arena(), call.self()); walk.next(item);) mapped.append(path.find(item));
    return render.iterator(mapped);
}

/// The arguments behind the name, with room for the item in front.
List& with_item(Call& call, Arguments rest) {
    List& arguments = call.render().new_list();
    arguments.append(Value::none());
    for (const Value& argument : rest) arguments.append(argument);
    return arguments;
}

Value filter_map(Call& call) {
    if (call.positional().empty()) call.expect(1, 1);
    Render& render = call.render();
    if (is_nothing(call.self())) return render.iterator(render.new_list());
    const Arguments given = call.positional().subspan(1);
    const bool by_attribute =
        given.empty() &&
        std::any_of(call.keywords().begin(), call.keywords().end(),
                    [](const Keyword& keyword) { return keyword.name == "attribute"; });
    if (by_attribute) return map_attribute(call);
    if (given.empty()) fail_type("map: map requires a filter argument");
    const std::string_view name = call.string(given[0]);
    List& arguments = with_item(call, given.subspan(1));
    List& mapped = render.new_list();
    Value item;
    for (Walk walk(render.arena(), call.self()); walk.next(item);) {
        arguments[0] = item;
        mapped.append(render.filter(name, arguments.items(), call.keywords()));
    }
    return render.iterator(mapped);
}

/// Keeps the items for which the test, or without one their truth, is `wanted`. With `by_attribute`
/// the first argument says what of the item is tested.
template <bool wanted, bool by_attribute>
Value filter_select(Call& call) {
    if (call.positional().empty()) call.expect(1, 1);
    Render& render = call.render();
    List& kept = render.new_list();
    if (is_nothing(call.self())) return render.iterator(kept);
    Arguments given = call.positional().subspan(1);
    Value attribute = Value::missing();
    if (by_attribute) {
        if (given.empty())
            fail_type(fmt::format("{}: Missing parameter for attribute name", call.name()));
        attribute = given[0];
        given = given.subspan(1);
    }
    const AttributePath path(render, attribute);
    const bool has_test = !given.empty();
    const std::string_view test = has_test ? call.string(given[0]) : "";
    List& arguments = with_item(call, has_test ? given.subspan(1) : given);
    Value item;
    for (Walk walk(render.arena(), call.self()); walk.next(item);) {
        arguments[0] = path.find(item);
        const bool holds =
            has_test ? render.test(test, arguments.items(), call.keywords()) : truth(arguments[0]);
        if (holds == wanted) kept.append(item);
    }
    return render.iterator(kept);
}

/// As value.name, without looking for an item of that name.
Value filter_attr(Call& call) {
    static constexpr std::string_view names[] = {"obj", "name"};
    Value a[2];
    call.bind(names, 2, a);
    Render& render = call.render();
    const std::string_view name = call.string(a[1]);
    if (a[0].is(Kind::Object)) {
        const Value found = a[0].as_object().attribute(render, name);
        return found.is_missing() ? render.undefined_of(a[0], a[1]) : found;
    }
    if (a[0].is_dictlike() && !find_method(a[0], name)) return render.undefined_of(a[0], a[1]);
    return render.attribute(a[0], name);
}

Value filter_items(Call& call) {
    call.expect(1, 1);
    Render& render = call.render();
    const Value& value = call.self();
    if (value.is_undefined()) return render.iterator(render.new_list());
    if (value.is_dictlike()) return render.iterator(items_of(render.arena(), value));
    if (!value.is(Kind::Object) || !value.as_object().is_mapping())
        fail_type("items: Can only get item pairs from a mapping.");
    List& pairs = render.new_list();
    for (const Value& key : to_list(render.arena(), value))
        pairs.append(render.tuple({key, render.item(value, key)}));
    return render.iterator(pairs);
}

}  // namespace

Entries select_filters() {
    static constexpr NativeEntry entries[] = {
        {"attr", filter_attr},
        {"items", filter_items},
        {"map", filter_map},
        {"reject", filter_select<false, false>},
        {"rejectattr", filter_select<false, true>},
        {"select", filter_select<true, false>},
        {"selectattr", filter_select<true, true>},
    };
    return entries;
}

}  // namespace pottle::templating::library
