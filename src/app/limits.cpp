// SPDX-License-Identifier: MIT
#include "limits.hpp"

#include <pottle/app/config.hpp>

namespace pottle::app {

namespace {

/// A key whose null means "no limit", which is 0 here.
template <class T>
T get_or_none(const Config& config, std::string_view key) {
    return config.get<std::optional<T>>(key).value_or(T{0});
}

bool is_default(const Config& config, std::string_view key) {
    for (const Config::Entry& entry : config.entries())
        if (entry.key == key) return entry.source == "default";
    return true;
}

}  // namespace

Limits Limits::from(const Config& config) {
    Limits limits;
    if (!is_default(config, "MAX_CONTENT_LENGTH"))
        limits.content_length = get_or_none<ByteCount>(config, "MAX_CONTENT_LENGTH");
    limits.form.memory = get_or_none<ByteCount>(config, "MAX_FORM_MEMORY_SIZE");
    limits.form.parts = get_or_none<std::size_t>(config, "MAX_FORM_PARTS");
    limits.form.total = get_or_none<ByteCount>(config, "MAX_FORM_SIZE");
    limits.body_timeout = get_or_none<Milliseconds>(config, "BODY_TIMEOUT");
    limits.response_timeout = get_or_none<Milliseconds>(config, "RESPONSE_TIMEOUT");
    const auto age = config.get<std::optional<Seconds>>("SEND_FILE_MAX_AGE_DEFAULT");
    limits.file_max_age = age ? std::optional<std::int64_t>(age->count()) : std::nullopt;
    limits.cookie_size = config.get<ByteCount>("MAX_COOKIE_SIZE");
    return limits;
}

}  // namespace pottle::app
