// SPDX-License-Identifier: MIT
#include "config_keys.hpp"

#include <pottle/base/units.hpp>

#include <algorithm>

namespace pottle::app {

namespace {

using enum ConfigKind;

// Names and defaults are Quart's, except where the comment says otherwise. Sorted by name.
constexpr ConfigKey kKeys[] = {
    {"APPLICATION_ROOT", Text, "\"/\"", false},
    {"BACKGROUND_TASK_SHUTDOWN_TIMEOUT", Duration, "5", false},
    // Own: a handler that keeps its loop longer than this is logged with its route; null: 0.1 when
    // DEBUG is on, else nobody looks; 0: never.
    {"BLOCKED_LOOP_WARNING", Duration, "null", true},
    {"BODY_TIMEOUT", Duration, "60", true},
    {"DEBUG", Bool, "false", false},
    {"EXPLAIN_TEMPLATE_LOADING", Bool, "false", false},
    // Own: "text" or "json".
    {"LOG_FORMAT", Text, "\"text\"", false},
    // Own: "trace" to "critical"; null: "debug" when DEBUG is on, else "info".
    {"LOG_LEVEL", Text, "null", true},
    {"MAX_CONTENT_LENGTH", Size, "16777216", true},
    {"MAX_COOKIE_SIZE", Size, "4093", false},
    {"MAX_FORM_MEMORY_SIZE", Size, "500000", true},
    {"MAX_FORM_PARTS", Integer, "1000", true},
    // Own: all fields of a multipart form together, files aside.
    {"MAX_FORM_SIZE", Size, "16777216", true},
    {"PERMANENT_SESSION_LIFETIME", Duration, "2678400", false},  // 31 days
    {"PREFERRED_URL_SCHEME", Text, "\"http\"", false},
    {"PREFER_SECURE_URLS", Bool, "false", false},
    {"PRESERVE_CONTEXT_ON_EXCEPTION", Bool, "null", true},  // without effect
    {"PROPAGATE_EXCEPTIONS", Bool, "null", true},
    {"PROVIDE_AUTOMATIC_OPTIONS", Bool, "true", false},
    // Own: the header field whose value names a request in the log; null: requests get an id of
    // their own.
    {"REQUEST_ID_HEADER", Text, "null", true},
    {"RESPONSE_TIMEOUT", Duration, "60", true},
    {"SECRET_KEY", Text, "null", true},
    {"SECRET_KEY_FALLBACKS", TextList, "null", true},
    {"SEND_FILE_MAX_AGE_DEFAULT", Duration, "43200", true},  // 12 hours
    {"SERVER_NAME", Text, "null", true},
    {"SESSION_COOKIE_DOMAIN", Text, "null", true},
    {"SESSION_COOKIE_HTTPONLY", Bool, "true", false},
    {"SESSION_COOKIE_NAME", Text, "\"session\"", false},
    {"SESSION_COOKIE_PARTITIONED", Bool, "false", false},
    {"SESSION_COOKIE_PATH", Text, "null", true},
    {"SESSION_COOKIE_SAMESITE", Text, "null", true},
    {"SESSION_COOKIE_SECURE", Bool, "false", false},
    // Own: a session cookie above MAX_COOKIE_SIZE is an error and not a warning: browsers drop it.
    {"SESSION_COOKIE_STRICT_SIZE", Bool, "false", false},
    // Own: flash messages that wait to be shown; beyond it the oldest gives way.
    {"SESSION_MAX_FLASHES", Integer, "100", false},
    {"SESSION_REFRESH_EACH_REQUEST", Bool, "true", false},
    {"TEMPLATES_AUTO_RELOAD", Bool, "null", true},
    {"TESTING", Bool, "false", false},
    {"TRAP_BAD_REQUEST_ERRORS", Bool, "null", true},
    {"TRAP_HTTP_EXCEPTIONS", Bool, "false", false},
    {"TRUSTED_HOSTS", TextList, "null", true},
    {"USE_X_SENDFILE", Bool, "false", false},  // without effect
};

bool is_text_list(const JsonValue& value) {
    return value.is_array() && std::ranges::all_of(value.as_array(), &JsonValue::is_string);
}

}  // namespace

std::span<const ConfigKey> config_keys() noexcept {
    return kKeys;
}

const ConfigKey* find_config_key(std::string_view name) noexcept {
    const auto* found = std::ranges::lower_bound(kKeys, name, {}, &ConfigKey::name);
    return found != std::end(kKeys) && found->name == name ? found : nullptr;
}

bool fits(ConfigKind kind, const JsonValue& value) {
    switch (kind) {
        case Bool:
            return value.is_bool();
        case Integer:
            return value.is_integer();
        case Size:
            return value.is_string()
                       ? parse_size(value.as_string()).has_value()
                       : value.is_integer() && value.kind() != JsonValue::Kind::Uint &&
                             value.as_int() >= 0;
        case Duration:
            return value.is_string() ? parse_duration(value.as_string()).has_value()
                                     : value.is_number() && value.as_double() >= 0;
        case Text:
            return value.is_string();
        case TextList:
            return value.is_string() || is_text_list(value);
    }
    return false;
}

bool fits(const ConfigKey& key, const JsonValue& value) {
    return value.is_null() ? key.nullable : fits(key.kind, value);
}

std::string_view describe(ConfigKind kind) noexcept {
    switch (kind) {
        case Bool:
            return "true or false";
        case Integer:
            return "an integer";
        case Size:
            return "a size such as 4096 or \"16MiB\"";
        case Duration:
            return "a duration such as 30 (seconds) or \"500ms\"";
        case Text:
            return "a text";
        case TextList:
            return "a list of texts";
    }
    return {};
}

}  // namespace pottle::app
