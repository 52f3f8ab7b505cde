// SPDX-License-Identifier: MIT
#include "tagged_json.hpp"

#include <pottle/app/session_value.hpp>

#include <algorithm>

namespace pottle::app {

namespace {

constexpr std::string_view kTags[] = {" di", " t", " b", " m", " u", " d"};
constexpr std::string_view kWrapped = " di";
constexpr std::string_view kWrappedEnd = "__";

/// The one member of an object that is a tag, or nullptr.
const JsonObject::Member* find_tag(const JsonValue& value) noexcept {
    if (!value.is_object() || value.size() != 1) return nullptr;
    const JsonObject::Member* member = value.as_object().begin();
    return is_session_tag(member->key) ? member : nullptr;
}

JsonValue wrap(JsonObject::Member member) {
    JsonObject inner;
    inner.append(member.key.append(kWrappedEnd), std::move(member.value));
    return make_tagged(kWrapped, std::move(inner));
}

/// The member inside of a " di", with its own key; nothing when it has another form.
const JsonObject::Member* find_wrapped(const JsonValue& content) noexcept {
    if (!content.is_object() || content.size() != 1) return nullptr;
    const JsonObject::Member* member = content.as_object().begin();
    return member->key.ends_with(kWrappedEnd) ? member : nullptr;
}

std::string without_end(std::string_view key) {
    return std::string(key.substr(0, key.size() - kWrappedEnd.size()));
}

JsonValue plain_object(const JsonObject& object) {
    JsonObject plain;
    plain.reserve(object.size());
    for (const auto& [key, value] : object) plain.append(key, to_plain(value));
    return plain;
}

JsonValue plain_array(const JsonArray& items) {
    JsonArray plain;
    plain.reserve(items.size());
    for (const JsonValue& item : items) plain.push_back(to_plain(item));
    return plain;
}

JsonValue plain_tagged(const JsonValue& value, const JsonObject::Member& tag) {
    const JsonValue& content = tag.value;
    if (tag.key == kWrapped) {
        const JsonObject::Member* member = find_wrapped(content);
        if (!member) return value;
        JsonObject object;
        object.append(without_end(member->key), to_plain(member->value));
        return object;
    }
    if (tag.key == " t") return content.is_array() ? plain_array(content.as_array()) : value;
    if (tag.key == " b") {
        auto octets = SessionValue<Bytes>::from(value);
        return octets ? JsonValue(std::move(*octets).release()) : value;
    }
    if (tag.key == " u") {
        const auto uuid = SessionValue<Uuid>::from(value);
        return uuid ? JsonValue(uuid->text()) : value;
    }
    return content.is_string() ? content : value;
}

}  // namespace

bool is_session_tag(std::string_view key) noexcept {
    return !key.empty() && key.front() == ' ' && std::ranges::find(kTags, key) != std::end(kTags);
}

const JsonValue* find_tagged(const JsonValue& value, std::string_view tag) noexcept {
    const JsonObject::Member* member = find_tag(value);
    return member && member->key == tag ? &member->value : nullptr;
}

JsonValue make_tagged(std::string_view tag, JsonValue content) {
    JsonObject object;
    object.append(std::string(tag), std::move(content));
    return object;
}

JsonValue to_tagged(JsonValue plain) {
    if (plain.is_array()) {
        for (JsonValue& item : plain.as_array()) item = to_tagged(std::move(item));
    } else if (plain.is_object()) {
        for (auto& [key, value] : plain.as_object()) value = to_tagged(std::move(value));
        if (find_tag(plain)) return wrap(std::move(*plain.as_object().begin()));
    }
    return plain;
}

JsonValue to_plain(const JsonValue& tagged) {
    if (const JsonObject::Member* tag = find_tag(tagged)) return plain_tagged(tagged, *tag);
    if (tagged.is_array()) return plain_array(tagged.as_array());
    if (tagged.is_object()) return plain_object(tagged.as_object());
    return tagged;
}

JsonValue wrap_members(JsonObject members) {
    JsonValue document(std::move(members));
    return find_tag(document) ? wrap(std::move(*document.as_object().begin()))
                              : std::move(document);
}

JsonObject* find_members(JsonValue& document) noexcept {
    if (!document.is_object()) return nullptr;
    const JsonObject::Member* tag = find_tag(document);
    if (!tag) return &document.as_object();
    if (tag->key != kWrapped) return nullptr;
    JsonValue& content = document.as_object().begin()->value;
    const JsonObject::Member* member = find_wrapped(content);
    if (!member) return nullptr;
    JsonObject& members = content.as_object();
    members.begin()->key = without_end(member->key);
    return &members;
}

}  // namespace pottle::app
