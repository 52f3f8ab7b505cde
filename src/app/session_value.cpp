// SPDX-License-Identifier: MIT
#include "tagged_json.hpp"

#include <pottle/app/session_value.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/http/date.hpp>

namespace pottle {

namespace app::detail {

JsonValue session_value_of_json(std::string_view json) {
    Result<JsonValue> value = JsonValue::parse(json, {.max_depth = json::kMaxDepth});
    POTTLE_REQUIRE(value, "what is encoded is JSON");
    return to_tagged(std::move(*value));
}

std::string json_of_session_value(const JsonValue& value) {
    return to_plain(value).dump();
}

JsonValue session_time(std::int64_t unix_seconds) {
    return make_tagged(" d", http::format_http_date(unix_seconds));
}

std::optional<std::int64_t> read_session_time(const JsonValue& value) {
    const JsonValue* text = find_tagged(value, " d");
    if (!text || !text->is_string()) return std::nullopt;
    return http::parse_http_date(text->as_string());
}

JsonValue session_tuple(JsonArray items) {
    return make_tagged(" t", std::move(items));
}

const JsonArray* find_session_tuple(const JsonValue& value, std::size_t size) noexcept {
    const JsonValue* items = find_tagged(value, " t");
    if (!items) items = &value;
    return items->is_array() && items->size() == size ? &items->as_array() : nullptr;
}

}  // namespace app::detail

using app::find_tagged;
using app::make_tagged;

std::optional<std::string> SessionValue<std::string>::from(const JsonValue& value) {
    const JsonValue* markup = find_tagged(value, " m");
    const JsonValue& text = markup ? *markup : value;
    if (!text.is_string()) return std::nullopt;
    return text.as_string();
}

JsonValue SessionValue<JsonValue>::to(const JsonValue& value) {
    return app::to_tagged(value);
}
std::optional<JsonValue> SessionValue<JsonValue>::from(const JsonValue& value) {
    return app::to_plain(value);
}

JsonValue SessionValue<Uuid>::to(const Uuid& value) {
    return make_tagged(" u", ascii::hex({reinterpret_cast<const char*>(value.octets.data()),
                                         value.octets.size()}));
}
std::optional<Uuid> SessionValue<Uuid>::from(const JsonValue& value) {
    const JsonValue* text = find_tagged(value, " u");
    if (!text || !text->is_string() || text->as_string().size() != 32) return std::nullopt;
    std::string canonical = text->as_string();
    for (const std::size_t at : {20U, 16U, 12U, 8U}) canonical.insert(at, 1, '-');
    return Uuid::parse(canonical);
}

JsonValue SessionValue<Bytes>::to(const Bytes& value) {
    return make_tagged(" b", crypto::base64(value.view()));
}
std::optional<Bytes> SessionValue<Bytes>::from(const JsonValue& value) {
    const JsonValue* text = find_tagged(value, " b");
    if (!text || !text->is_string()) return std::nullopt;
    std::optional<std::string> octets = crypto::decode_base64(text->as_string());
    if (!octets) return std::nullopt;
    return Bytes(std::move(*octets));
}

}  // namespace pottle
