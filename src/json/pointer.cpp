// SPDX-License-Identifier: MIT
/// \file
/// JSON Pointer (RFC 6901) over a JsonValue.
#include <pottle/base/ascii.hpp>
#include <pottle/json/value.hpp>

#include <optional>

namespace pottle {

namespace {

/// RFC 6901 4: "~1" is '/', "~0" is '~', in this order; any other '~' is an error.
std::optional<std::string> unescape(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            out += token[i];
            continue;
        }
        if (++i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
        out += token[i] == '0' ? '~' : '/';
    }
    return out;
}

/// RFC 6901 4: digits without a leading zero.
std::optional<std::size_t> array_index(std::string_view token) {
    if (token.empty() || token.size() > 18) return std::nullopt;
    if (token.front() == '0' && token.size() > 1) return std::nullopt;
    std::size_t index = 0;
    for (const char c : token) {
        if (!ascii::is_digit(c)) return std::nullopt;
        index = index * 10 + static_cast<std::size_t>(c - '0');
    }
    return index;
}

const JsonValue* step(const JsonValue& value, std::string_view token) {
    if (value.is_array()) {
        const auto index = array_index(token);
        return index ? value.find(*index) : nullptr;
    }
    const auto key = unescape(token);
    return key ? value.find(std::string_view(*key)) : nullptr;
}

}  // namespace

const JsonValue* JsonValue::find_pointer(std::string_view pointer) const {
    const JsonValue* value = this;
    while (value && !pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const std::size_t end = pointer.find('/');
        value = step(*value, pointer.substr(0, end));
        pointer = end == pointer.npos ? std::string_view() : pointer.substr(end);
    }
    return value;
}
JsonValue* JsonValue::find_pointer(std::string_view pointer) {
    return const_cast<JsonValue*>(std::as_const(*this).find_pointer(pointer));
}

}  // namespace pottle
