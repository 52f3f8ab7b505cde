// SPDX-License-Identifier: MIT
/// \file
/// Flask's tagged JSON: how a session's cookie writes what JSON has no form for. A tagged value is
/// an object of one member:
///
///     " t"  tuple: an array          " u"  UUID: 32 hexadecimal digits
///     " b"  octets: base64           " d"  time: an HTTP date
///     " m"  markup: its text         " di" an object whose only key is a tag: that key and "__"
///
/// A session holds its values in this form, so that what a Flask application wrote, and a handler
/// does not touch, goes back as it came.
#pragma once

#include <pottle/json/value.hpp>

#include <string_view>

namespace pottle::app {

/// True for the six keys above.
bool is_session_tag(std::string_view key) noexcept;

/// What stands under `tag` when `value` is tagged so; nullptr otherwise.
const JsonValue* find_tagged(const JsonValue& value, std::string_view tag) noexcept;
JsonValue make_tagged(std::string_view tag, JsonValue content);

/// A plain document in tagged form: objects that look like tags are wrapped in " di".
JsonValue to_tagged(JsonValue plain);
/// The nearest plain document: tuples are arrays, octets and markup text, UUIDs and times their
/// usual text. A tag around something else than it promises stays as it is.
JsonValue to_plain(const JsonValue& tagged);

/// The same for the whole of a session, whose members are tagged already.
JsonValue wrap_members(JsonObject members);
/// Its members; nullptr when the document is not an object (or one that is a tagged value).
JsonObject* find_members(JsonValue& document) noexcept;

}  // namespace pottle::app
