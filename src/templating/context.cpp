// SPDX-License-Identifier: MIT
/// \file
/// Context: few names, searched from the last one set.
#include "same_name.hpp"

#include <pottle/templating/context.hpp>
#include <pottle/templating/operations.hpp>

#include <algorithm>
#include <iterator>

namespace pottle::templating {

Context::Context(std::initializer_list<Named> variables) {
    entries_.reserve(variables.size());
    for (const Named& variable : variables) set(variable.name, variable.value);
}

Context::Context(Context&& other) noexcept
    : entries_(std::move(other.entries_)), boxes_(std::move(other.boxes_)) {
    other.boxes_.clear();
    other.entries_.clear();
}

Context& Context::operator=(Context&& other) noexcept {
    entries_.swap(other.entries_);
    boxes_.swap(other.boxes_);
    return *this;
}

Context::~Context() {
    for (const Box& box : boxes_) box.destroy(box.object);
}

void Context::set(std::string_view name, const Value& value) {
    entries_.push_back({std::string(name), value});
}

void Context::append(Context&& other) {
    entries_.insert(entries_.end(), std::make_move_iterator(other.entries_.begin()),
                    std::make_move_iterator(other.entries_.end()));
    boxes_.insert(boxes_.end(), other.boxes_.begin(), other.boxes_.end());
    other.entries_.clear();
    other.boxes_.clear();
}

void Context::keep(void* object, void (*destroy)(void*)) {
    boxes_.push_back({object, destroy});
}

void Context::add_scope(const Value& value) {
    entries_.push_back({{}, value});
}

Value Context::find(std::string_view name) const {
    for (std::size_t i = entries_.size(); i-- > 0;) {
        const Entry& entry = entries_[i];
        if (!entry.name.empty()) {
            if (same_name(entry.name, name)) return entry.value;
            continue;
        }
        const Value found = entry.value.is(Kind::Structure) ? find_member(entry.value, name)
                                                            : find_key(entry.value, name);
        if (!found.is_missing()) return found;
    }
    return Value::missing();
}

void Context::share(std::string_view name) {
    for (Entry& entry : entries_)
        if (same_name(entry.name, name)) entry.is_shared = true;
}

Value Context::find_shared(std::string_view name) const {
    for (const Entry& entry : entries_)
        if (entry.is_shared && same_name(entry.name, name)) return entry.value;
    return Value::missing();
}

bool Context::has_async_functions() const noexcept {
    return std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return entry.value.is(Kind::Object) && entry.value.as_object().awaits();
    });
}

void Context::each(void* opaque, void (*visit)(void*, std::string_view, const Value&)) const {
    for (const Entry& entry : entries_) {
        if (!entry.name.empty()) {
            visit(opaque, entry.name, entry.value);
        } else if (entry.value.is(Kind::Structure)) {
            const reflect::Object& object = entry.value.table().object();
            for (std::size_t i = 0; i < object.field_count; ++i)
                visit(opaque, object.fields[i].name,
                      find_member(entry.value, object.fields[i].name));
        } else {
            Arena scratch(16_MiB);
            for (const Value& key : keys_of(scratch, entry.value))
                visit(opaque, key.as_string(), find_key(entry.value, key));
        }
    }
}

}  // namespace pottle::templating
