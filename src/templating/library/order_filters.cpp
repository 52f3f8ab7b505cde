// SPDX-License-Identifier: MIT
/// \file
/// Filters that compare items: sort, unique, min, max, groupby, dictsort.
#include "support.hpp"
#include "tables.hpp"

#include <pottle/base/stable_sort.hpp>
#include <pottle/templating/object.hpp>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

struct Keyed {
    Value key;
    Value item;
};

/// Stable both ways, as Python's sorted(): equal items keep their order.
void sort_by_key(std::vector<Keyed>& items, bool reverse) {
    stable_sort(std::span(items), [reverse](const Keyed& a, const Keyed& b) {
        return reverse ? less(b.key, a.key) : less(a.key, b.key);
    });
}

/// Jinja sorts by lists of keys, where undefined ones are equal before they are compared.
bool all_undefined(const std::vector<Keyed>& items) {
    return std::all_of(items.begin(), items.end(),
                       [](const Keyed& item) { return item.key.is_undefined(); });
}

std::vector<Keyed> keyed(Render& render, const Value& value, const SortKey& key) {
    std::vector<Keyed> items;
    Value item;
    for (Walk walk(render.arena(), value); walk.next(item);)
        items.push_back({key.find(render, item), item});
    return items;
}

Value list_of(Render& render, const std::vector<Keyed>& items) {
    List& list = render.new_list();
    list.reserve(items.size());
    for (const Keyed& item : items) list.append(item.item);
    return Value::list(&list);
}

/// "age,name" sorts by several attributes.
Value filter_sort(Call& call) {
    static constexpr std::string_view names[] = {"value", "reverse", "case_sensitive", "attribute"};
    Value a[4];
    call.bind(names, 1, a);
    Render& render = call.render();
    const bool case_sensitive = call.truth_or(a[2], false);
    std::vector<SortKey> keys;
    if (!is_absent(a[3]) && a[3].is_string()) {
        std::string_view rest = a[3].as_string();
        while (true) {
            const std::size_t comma = rest.find(',');
            keys.push_back(
                {AttributePath(render, Value::string(rest.substr(0, comma))), case_sensitive});
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    } else {
        keys.push_back({AttributePath(render, a[3]), case_sensitive});
    }
    std::vector<Keyed> items;
    Value item;
    for (Walk walk(render.arena(), a[0]); walk.next(item);) {
        if (keys.size() == 1) {
            items.push_back({keys[0].find(render, item), item});
            continue;
        }
        List& parts = render.new_list();
        for (const SortKey& key : keys) parts.append(key.find(render, item));
        items.push_back({Value::list(&parts), item});
    }
    if (!all_undefined(items)) sort_by_key(items, call.truth_or(a[1], false));
    return list_of(render, items);
}

Value filter_unique(Call& call) {
    static constexpr std::string_view names[] = {"value", "case_sensitive", "attribute"};
    Value a[3];
    call.bind(names, 1, a);
    Render& render = call.render();
    const SortKey key{AttributePath(render, a[2]), call.truth_or(a[1], false)};
    Dict& seen = render.new_dict();
    List& kept = render.new_list();
    Value item;
    for (Walk walk(render.arena(), a[0]); walk.next(item);) {
        const Value found = key.find(render, item);
        if (seen.find(found)) continue;
        seen.set(found, Value::none());
        kept.append(item);
    }
    return render.iterator(kept);
}

enum class Extreme { Least, Greatest };

template <Extreme extreme>
Value filter_extreme(Call& call) {
    static constexpr std::string_view names[] = {"value", "case_sensitive", "attribute"};
    Value a[3];
    call.bind(names, 1, a);
    Render& render = call.render();
    const SortKey key{AttributePath(render, a[2]), call.truth_or(a[1], false)};
    const std::vector<Keyed> items = keyed(render, a[0], key);
    if (items.empty()) return render.undefined("No aggregated item, sequence was empty.");
    const Keyed* best = &items.front();
    for (const Keyed& item : items) {
        if (&item == best) continue;
        const bool better = extreme == Extreme::Least ? compare(item.key, best->key, "<") == -1
                                                      : compare(item.key, best->key, ">") == 1;
        if (better) best = &item;
    }
    return best->item;
}

/// What groupby gives: prints and unpacks as a tuple, and has the names grouper and list.
class Group final : public Object {
public:
    Group(const Value& grouper, const Value& items, const Value& tuple)
        : grouper_(grouper), items_(items), tuple_(tuple) {}

    std::string_view type_name() const override { return "tuple"; }
    Value attribute(Render& render, std::string_view name) override {
        if (name == "grouper") return grouper_;
        if (name == "list") return items_;
        const Value found = render.attribute(tuple_, name);
        return found.is_undefined() ? Value::missing() : found;
    }
    Value item(Render& render, const Value& key) override {
        const Value found = render.item(tuple_, key);
        return found.is_undefined() ? Value::missing() : found;
    }
    bool walk(Arena&, List& out) override {
        out.append(grouper_);
        out.append(items_);
        return true;
    }
    std::optional<std::size_t> length() const override { return 2; }
    void append_text(std::string& out) const override { append_repr(out, tuple_); }

private:
    Value grouper_;
    Value items_;
    Value tuple_;
};

Value filter_groupby(Call& call) {
    static constexpr std::string_view names[] = {"value", "attribute", "default", "case_sensitive"};
    Value a[4];
    call.bind(names, 2, a);
    Render& render = call.render();
    AttributePath path(render, a[1]);
    if (!a[2].is_missing()) path.set_default(a[2]);
    std::vector<Keyed> items = keyed(render, a[0], {path, call.truth_or(a[3], false)});
    sort_by_key(items, false);
    List& groups = render.new_list();
    for (std::size_t begin = 0; begin < items.size();) {
        List& members = render.new_list();
        std::size_t end = begin;
        for (; end < items.size() && equal(items[end].key, items[begin].key); ++end)
            members.append(items[end].item);
        if (end == begin) members.append(items[end++].item);  // NaN equals nothing, not even itself
        const Value grouper = path.find(items[begin].item);
        const Value tuple = render.tuple({grouper, Value::list(&members)});
        groups.append(
            Value::object(render.arena().make<Group>(grouper, Value::list(&members), tuple)));
        begin = end;
    }
    return Value::list(&groups);
}

Value filter_dictsort(Call& call) {
    static constexpr std::string_view names[] = {"value", "case_sensitive", "by", "reverse"};
    Value a[4];
    call.bind(names, 1, a);
    Render& render = call.render();
    const std::string_view by = call.string_or(a[2], "key");
    if (by != "key" && by != "value")
        fail_type("dictsort: You can only sort by either \"key\" or \"value\"");
    if (a[0].is_undefined()) fail_undefined(a[0]);
    if (!a[0].is_dictlike())
        fail_type(fmt::format("dictsort: '{}' object is no dict", type_name(a[0])));
    const bool case_sensitive = call.truth_or(a[1], false);
    std::vector<Keyed> items;
    for (const Value& entry : items_of(render.arena(), a[0])) {
        const Value& key = entry.as_list()[by == "value"];
        items.push_back({case_sensitive ? key : without_case(render, key), entry});
    }
    sort_by_key(items, call.truth_or(a[3], false));
    return list_of(render, items);
}

}  // namespace

Entries order_filters() {
    static constexpr NativeEntry entries[] = {
        {"dictsort", filter_dictsort},
        {"groupby", filter_groupby},
        {"max", filter_extreme<Extreme::Greatest>},
        {"min", filter_extreme<Extreme::Least>},
        {"sort", filter_sort},
        {"unique", filter_unique},
    };
    return entries;
}

}  // namespace pottle::templating::library
