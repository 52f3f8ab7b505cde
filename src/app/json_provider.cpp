// SPDX-License-Identifier: MIT
#include <pottle/app/json_provider.hpp>
#include <pottle/http/date.hpp>

namespace pottle {

namespace {
constexpr int kDebugIndent = 2;
}

JsonProvider::~JsonProvider() = default;

std::string JsonProvider::dumps(const JsonValue& value) const {
    return value.dump(
        {.spaced = true, .sort_keys = options_.sort_keys, .escape_ascii = options_.ensure_ascii});
}

Result<JsonValue> JsonProvider::loads(std::string_view text) const {
    return JsonValue::parse(text);
}

Response JsonProvider::response(const JsonValue& value) const {
    const bool is_compact = options_.compact.value_or(!is_debug_);
    std::string text = value.dump({.indent = is_compact ? -1 : kDebugIndent,
                                   .sort_keys = options_.sort_keys,
                                   .escape_ascii = options_.ensure_ascii});
    text += '\n';
    Response response(std::move(text));
    response.set_content_type(options_.mimetype);
    return response;
}

std::string JsonProvider::http_date(reflect::TimeValue time) {
    return http::format_http_date(time.seconds);
}

Response jsonify(std::initializer_list<std::pair<std::string_view, JsonValue>> members) {
    return JsonProvider().jsonify(members);
}

}  // namespace pottle
