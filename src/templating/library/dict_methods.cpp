// SPDX-License-Identifier: MIT
/// \file
/// Methods of dicts, and the views that keys(), values() and items() give. Dicts that the
/// application handed over can be read and not changed.
#include "support.hpp"
#include "tables.hpp"

#include <pottle/templating/object.hpp>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

/// A live view: walking it later shows what the dict holds then.
class DictView final : public Object {
public:
    enum class What { Keys, Values, Items };
    DictView(const Value& mapping, What what) : mapping_(mapping), what_(what) {}

    std::string_view type_name() const override {
        return what_ == What::Keys     ? "dict_keys"
               : what_ == What::Values ? "dict_values"
                                       : "dict_items";
    }
    bool walk(Arena& arena, List& out) override {
        for (const Value& item : content(arena)) out.append(item);
        return true;
    }
    std::optional<std::size_t> length() const override { return templating::length(mapping_); }
    void append_text(std::string& out) const override {
        Arena scratch(16_MiB);
        out.append(type_name()).append("(");
        append_repr(out, Value::list(&content(scratch)));
        out += ')';
    }

private:
    List& content(Arena& arena) const {
        switch (what_) {
            case What::Keys:
                return keys_of(arena, mapping_);
            case What::Values:
                return values_of(arena, mapping_);
            default:
                return items_of(arena, mapping_);
        }
    }
    Value mapping_;
    What what_;
};

template <DictView::What what>
Value view(Call& call) {
    call.expect(1, 1);
    return Value::object(call.arena().make<DictView>(call.self(), what));
}

Value get(Call& call) {
    call.expect(2, 3);
    const auto arguments = call.positional();
    hash(arguments[1]);  // throws for what cannot be a key
    const Value found = find_key(call.self(), arguments[1]);
    if (!found.is_missing()) return found;
    return arguments.size() > 2 ? arguments[2] : Value::none();
}

/// dict(self).
Dict& copied(Render& render, const Value& mapping) {
    Dict& made = render.new_dict();
    for (const Value& entry : items_of(render.arena(), mapping))
        made.set(entry.as_list()[0], entry.as_list()[1]);
    return made;
}

Value copy(Call& call) {
    call.expect(1, 1);
    return Value::dict(&copied(call.render(), call.self()));
}

Value clear(Call& call) {
    call.expect(1, 1);
    call.self().as_dict().clear();
    return Value::none();
}

Value pop(Call& call) {
    call.expect(2, 3);
    const auto arguments = call.positional();
    Dict& dict = call.self().as_dict();
    const Value* const found = dict.find(arguments[1]);
    if (!found) {
        if (arguments.size() > 2) return arguments[2];
        fail(ErrorKind::Value, fmt::format("the dict has no key {}", to_repr(arguments[1])));
    }
    const Value taken = *found;
    dict.erase(arguments[1]);
    return taken;
}

Value popitem(Call& call) {
    call.expect(1, 1);
    Dict& dict = call.self().as_dict();
    if (dict.empty()) fail(ErrorKind::Value, "popitem(): dictionary is empty");
    const Dict::Entry last = dict.end()[-1];
    dict.erase(last.key);
    return call.render().tuple({last.key, last.value});
}

Value setdefault(Call& call) {
    call.expect(2, 3);
    const auto arguments = call.positional();
    Dict& dict = call.self().as_dict();
    if (const Value* const found = dict.find(arguments[1])) return *found;
    const Value made = arguments.size() > 2 ? arguments[2] : Value::none();
    dict.set(arguments[1], made);
    return made;
}

Value update(Call& call) {
    if (call.positional().size() > 2) fail_type("update expected at most 1 argument");
    Dict& dict = call.self().as_dict();
    if (call.positional().size() == 2) update_dict(call.render(), dict, call.positional()[1]);
    for (const Keyword& keyword : call.keywords())
        dict.set(call.render().string(keyword.name), keyword.value);
    return Value::none();
}

Value refuse(Call& call) {
    fail_type(
        fmt::format("{}(): the dict belongs to the application and is read only; change a copy "
                    "of it, made with dict(...)",
                    call.name()));
}

}  // namespace

void update_dict(Render& render, Dict& dict, const Value& source) {
    if (source.is_dictlike()) {
        for (const Value& entry : items_of(render.arena(), source))
            dict.set(entry.as_list()[0], entry.as_list()[1]);
        return;
    }
    if (source.is(Kind::Object) && source.as_object().is_mapping()) {
        for (const Value& key : to_list(render.arena(), source))
            dict.set(key, render.item(source, key));
        return;
    }
    for (const Value& item : to_list(render.arena(), source)) {
        const List& pair = to_list(render.arena(), item);
        if (pair.size() != 2)
            fail(ErrorKind::Value,
                 fmt::format("dictionary update sequence element has length {}; 2 is required",
                             pair.size()));
        dict.set(pair[0], pair[1]);
    }
}

Entries dict_methods() {
    static constexpr NativeEntry entries[] = {
        {"clear", clear},
        {"copy", copy},
        {"get", get},
        {"items", view<DictView::What::Items>},
        {"keys", view<DictView::What::Keys>},
        {"pop", pop},
        {"popitem", popitem},
        {"setdefault", setdefault},
        {"update", update},
        {"values", view<DictView::What::Values>},
    };
    return entries;
}

Entries mapping_methods() {
    static constexpr NativeEntry entries[] = {
        {"clear", refuse},
        {"copy", copy},
        {"get", get},
        {"items", view<DictView::What::Items>},
        {"keys", view<DictView::What::Keys>},
        {"pop", refuse},
        {"popitem", refuse},
        {"setdefault", refuse},
        {"update", refuse},
        {"values", view<DictView::What::Values>},
    };
    return entries;
}

}  // namespace pottle::templating::library
