// SPDX-License-Identifier: MIT
/// \file
/// From a typed value to a dynamic one: what encode() would write, without the text in between.
#pragma once

#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>

#include <string>

namespace pottle::json {

/// Writes a time of the system clock; the default is RFC 3339, as encode() has it.
using FormatTime = std::string (*)(reflect::TimeValue time);

namespace detail {
JsonValue to_value(const void* value, const reflect::Table& table, FormatTime format_time);
}

/// `value` as a document. What has no JSON form is null, as in encode(); of a map's keys that come
/// twice (a multimap) all are kept.
template <Encodable T>
JsonValue to_value(const T& value, FormatTime format_time = nullptr) {
    return detail::to_value(&value, reflect::table_of<T>(), format_time);
}

}  // namespace pottle::json
