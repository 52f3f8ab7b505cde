// SPDX-License-Identifier: MIT
#include "request_context.hpp"
#include "tagged_json.hpp"

#include <pottle/app/session.hpp>
#include <pottle/base/require.hpp>

#include <algorithm>

namespace pottle {

namespace {
constexpr std::string_view kPermanent = "_permanent";  // Flask's name for it
}

std::vector<std::string> Session::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : members()) keys.push_back(key);
    return keys;
}

JsonValue Session::to_json() const {
    JsonObject plain;
    for (const auto& [key, value] : members()) plain.append(key, app::to_plain(value));
    return plain;
}

void Session::require_changeable() const {
    if (refusal_) throw LogicError(refusal_);
}

void Session::touch(std::string_view key) {
    require_changeable();
    accessed_ = modified_ = true;
    if (std::ranges::find(changed_keys_, key) == changed_keys_.end())
        changed_keys_.emplace_back(key);
}

void Session::assign(std::string_view key, JsonValue value) {
    touch(key);
    document_[key] = std::move(value);
}

bool Session::erase(std::string_view key) {
    if (!find(key)) return false;
    touch(key);
    return document_.erase(key);
}

void Session::clear() {
    for (const auto& [key, value] : members()) touch(key);
    document_.clear();
    cleared_ = true;
}

bool Session::permanent() const noexcept {
    const JsonValue* flag = document_.find(kPermanent);
    return flag && flag->is_bool() && flag->as_bool();
}

void Session::set_permanent(bool permanent) {
    assign(kPermanent, permanent);
}

void Session::renew_id() {
    require_changeable();
    wants_new_id_ = modified_ = true;
}

void Session::restore(JsonObject document) noexcept {
    document_ = std::move(document);
    is_new_ = false;
}

void Session::set_origin(std::string id, std::uint64_t version) {
    id_ = std::move(id);
    version_ = version;
}

Session& Inject<Session&>::from(Request& request) {
    return request.session();
}

}  // namespace pottle
