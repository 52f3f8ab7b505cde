// SPDX-License-Identifier: MIT
#include <pottle/json/value.hpp>

#include <algorithm>

namespace pottle {

JsonObject::JsonObject() noexcept = default;
JsonObject::JsonObject(std::vector<Member> members) noexcept : members_(std::move(members)) {}
JsonObject::JsonObject(const JsonObject&) = default;
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(const JsonObject&) = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

JsonObject::JsonObject(std::initializer_list<std::pair<std::string_view, JsonValue>> members) {
    members_.reserve(members.size());
    for (const auto& [key, value] : members) (*this)[key] = value;
}

const JsonValue* JsonObject::find(std::string_view key) const noexcept {
    for (const Member& member : members_)
        if (member.key == key) return &member.value;
    return nullptr;
}
JsonValue* JsonObject::find(std::string_view key) noexcept {
    return const_cast<JsonValue*>(std::as_const(*this).find(key));
}

JsonValue& JsonObject::operator[](std::string_view key) {
    if (JsonValue* found = find(key)) return *found;
    return members_.emplace_back(std::string(key), JsonValue()).value;
}

bool JsonObject::erase(std::string_view key) {
    return std::erase_if(members_, [key](const Member& m) { return m.key == key; }) > 0;
}
void JsonObject::clear() noexcept {
    members_.clear();
}
void JsonObject::reserve(std::size_t count) {
    members_.reserve(count);
}
void JsonObject::append(std::string key, JsonValue value) {
    members_.emplace_back(std::move(key), std::move(value));
}

bool operator==(const JsonObject& a, const JsonObject& b) {
    if (a.size() != b.size()) return false;
    if (a.members_ == b.members_) return true;  // the usual case: the same order
    const auto by_key = [](const JsonObject& object) {
        std::vector<const JsonObject::Member*> sorted;
        sorted.reserve(object.size());
        for (const auto& member : object) sorted.push_back(&member);
        std::ranges::sort(sorted, {}, &JsonObject::Member::key);
        return sorted;
    };
    return std::ranges::equal(by_key(a), by_key(b), [](const auto* x, const auto* y) {
        return x->key == y->key && x->value == y->value;
    });
}

}  // namespace pottle
