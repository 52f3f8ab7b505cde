// SPDX-License-Identifier: MIT
/// \file
/// Length, items, keys and walking of every kind of value.
#include "members.hpp"

#include <pottle/base/utf8.hpp>
#include <pottle/templating/object.hpp>
#include <pottle/templating/operations.hpp>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

bool is_json(const Value& value) {
    return value.table().kind == reflect::Kind::Dynamic;
}
const JsonValue& json_of(const Value& value) {
    return *static_cast<const JsonValue*>(value.data());
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

/// The bytes of the first character of a text that is not empty.
std::size_t first_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    return size;
}

[[noreturn]] void fail_walk(const Value& value) {
    fail_type(fmt::format("'{}' object is not iterable", type_name(value)));
}

template <class Function>
void each_entry(const Value& mapping, Function&& function) {
    if (mapping.is(Kind::Dict)) {
        for (const Dict::Entry& entry : mapping.as_dict()) function(entry.key, entry.value);
    } else if (is_json(mapping)) {
        for (const auto& [key, value] : json_of(mapping).as_object())
            function(Value::string(key), Value::json(value));
    } else {
        struct Context {
            Function& function;
            const reflect::Table& element;
        } context{function, *mapping.table().element};
        mapping.table().map->each(
            mapping.data(), &context, [](void* opaque, std::string_view key, const void* value) {
                const auto& c = *static_cast<Context*>(opaque);
                c.function(Value::string(key), Value::reflected(value, c.element));
            });
    }
}

}  // namespace

std::optional<std::size_t> find_length(const Value& value) {
    switch (value.kind()) {
        case Kind::String:
            return count_characters(value.as_string());
        case Kind::List:
        case Kind::Tuple:
            return value.as_list().size();
        case Kind::Dict:
            return value.as_dict().size();
        case Kind::Range:
            return value.as_range().size();
        case Kind::Sequence:
            return is_json(value) ? json_of(value).size() : value.table().list->size(value.data());
        case Kind::Mapping:
            return is_json(value) ? json_of(value).size() : value.table().map->size(value.data());
        case Kind::Object:
            return value.as_object().length();
        case Kind::Undefined:
            if (value.as_undefined().behaviour == UndefinedKind::Strict) fail_undefined(value);
            return 0;
        default:
            return std::nullopt;
    }
}

std::size_t length(const Value& value) {
    if (const auto size = find_length(value)) return *size;
    fail_type(fmt::format("object of type '{}' has no len()", type_name(value)));
}

Value item_at(const Value& value, std::size_t index) {
    switch (value.kind()) {
        case Kind::List:
        case Kind::Tuple:
            return value.as_list()[index];
        case Kind::Range:
            return Value::integer(value.as_range().at(index));
        case Kind::Sequence: {
            if (is_json(value)) return Value::json(json_of(value).as_array()[index]);
            const reflect::Table& element = *value.table().element;
            const auto* const items =
                static_cast<const char*>(value.table().list->data(value.data()));
            return Value::reflected(items + index * element.size, element);
        }
        default:
            return Value::missing();
    }
}

Value find_key(const Value& mapping, const Value& key) {
    if (mapping.is(Kind::Dict)) {
        const Value* const found = mapping.as_dict().find(key);
        return found ? *found : Value::missing();
    }
    return key.is_string() ? find_key(mapping, key.as_string()) : Value::missing();
}

Value find_key(const Value& mapping, std::string_view key) {
    if (mapping.is(Kind::Dict)) {
        const Value* const found = mapping.as_dict().find(key);
        return found ? *found : Value::missing();
    }
    if (is_json(mapping)) {
        const JsonValue* const found = json_of(mapping).find(key);
        return found ? Value::json(*found) : Value::missing();
    }
    const void* const found = mapping.table().map->find(mapping.data(), key);
    return found ? Value::reflected(found, *mapping.table().element) : Value::missing();
}

Value find_member(const Value& structure, std::string_view name) {
    const reflect::Field* const field = find_field(structure.table().object(), name);
    return field ? read_field(structure.data(), *field) : Value::missing();
}

Walk::Walk(Arena& arena, const Value& value) : value_(value) {
    switch (value.kind()) {
        case Kind::List:
            source_ = Source::LiveList;
            return;
        case Kind::Tuple:
            source_ = Source::Items;
            items_ = value.as_list().begin();
            size_ = value.as_list().size();
            return;
        case Kind::Sequence:
            size_ = templating::length(value);
            source_ = Source::Indexed;
            if (is_json(value)) return;
            source_ = value.table().element->kind == reflect::Kind::Object ? Source::Structures
                                                                           : Source::Elements;
            elements_ = static_cast<const char*>(value.table().list->data(value.data()));
            return;
        case Kind::Range:
            source_ = Source::Indexed;
            size_ = value.as_range().size();
            return;
        case Kind::String:
            source_ = Source::Text;
            return;
        case Kind::Dict:
            source_ = Source::Entries;
            size_ = value.as_dict().size();
            return;
        case Kind::Iterator:
            source_ = Source::Once;
            return;
        case Kind::Mapping: {
            const List& keys = keys_of(arena, value);
            source_ = Source::Items;
            items_ = keys.begin();
            size_ = keys.size();
            return;
        }
        case Kind::Undefined:
            if (value.as_undefined().behaviour == UndefinedKind::Strict) fail_undefined(value);
            return;
        case Kind::Object: {
            List& items = *arena.make<List>(arena);
            if (!value.as_object().walk(arena, items)) fail_walk(value);
            source_ = Source::Items;
            items_ = items.begin();
            size_ = items.size();
            return;
        }
        default:
            fail_walk(value);
    }
}

bool Walk::next_other(Value& out) {
    switch (source_) {
        case Source::Items:
            if (position_ == size_) return false;
            out = items_[position_++];
            return true;
        case Source::LiveList: {  // as Python's: what is appended meanwhile is walked too
            const List& list = value_.as_list();
            if (position_ >= list.size()) return false;
            out = list[position_++];
            return true;
        }
        case Source::Indexed:
            if (position_ == size_) return false;
            out = item_at(value_, position_++);
            return true;
        case Source::Elements: {
            if (position_ == size_) return false;
            const reflect::Table& element = *value_.table().element;
            out = Value::reflected(elements_ + position_++ * element.size, element);
            return true;
        }
        case Source::Text: {
            const std::string_view rest = value_.as_string().substr(position_);
            if (rest.empty()) return false;
            const std::size_t size = first_character(rest);
            out = Value::string(rest.substr(0, size));
            position_ += size;
            return true;
        }
        case Source::Entries: {
            const Dict& dict = value_.as_dict();
            if (dict.size() != size_)
                fail(ErrorKind::Runtime, "dictionary changed size during iteration");
            if (position_ == size_) return false;
            out = dict.begin()[position_++].key;
            return true;
        }
        case Source::Once:
            return value_.as_iterator().next(out);
        case Source::Structures:
        case Source::Nothing:
            break;
    }
    return false;
}

std::size_t Walk::remaining() const {
    switch (source_) {
        case Source::Items:
        case Source::Indexed:
        case Source::Elements:
        case Source::Structures:
        case Source::Entries:
            return size_ - position_;
        case Source::LiveList: {
            const std::size_t size = value_.as_list().size();
            return size > position_ ? size - position_ : 0;
        }
        case Source::Text:
            return count_characters(value_.as_string().substr(position_));
        case Source::Once:
            return value_.as_iterator().rest().size();
        case Source::Nothing:
            break;
    }
    return 0;
}

List& to_list(Arena& arena, const Value& value) {
    List& list = *arena.make<List>(arena);
    Value item;
    for (Walk walk(arena, value); walk.next(item);) list.append(item);
    return list;
}

List& keys_of(Arena& arena, const Value& mapping) {
    List& list = *arena.make<List>(arena);
    each_entry(mapping, [&](const Value& key, const Value&) { list.append(key); });
    return list;
}

List& values_of(Arena& arena, const Value& mapping) {
    List& list = *arena.make<List>(arena);
    each_entry(mapping, [&](const Value&, const Value& value) { list.append(value); });
    return list;
}

List& items_of(Arena& arena, const Value& mapping) {
    List& list = *arena.make<List>(arena);
    each_entry(mapping, [&](const Value& key, const Value& value) {
        list.append(make_tuple(arena, {key, value}));
    });
    return list;
}

Value make_tuple(Arena& arena, std::initializer_list<Value> items) {
    return Value::tuple(
        arena.make<List>(arena, std::span<const Value>(items.begin(), items.size())));
}

}  // namespace pottle::templating
