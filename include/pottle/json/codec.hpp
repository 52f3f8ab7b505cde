// SPDX-License-Identifier: MIT
/// \file
/// Typed JSON: decode a document into a struct with every mistake found, encode a struct. The
/// template is a shim over functions that walk the descriptor table (reflect/table_of.hpp); no JSON
/// library reaches a user's translation unit. For documents without a type: value.hpp.
#pragma once

#include <pottle/reflect/errors.hpp>
#include <pottle/reflect/table_of.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace pottle::json {

/// Levels of nesting that a document may have: as many as any sensible body, few enough for the
/// stack of a fibre.
inline constexpr std::size_t kDefaultMaxDepth = 64;
/// What DecodeOptions::max_depth is cut to: reading recurses.
inline constexpr std::size_t kMaxDepth = 1000;

struct DecodeOptions {
    std::size_t max_depth = kDefaultMaxDepth;  ///< arrays and objects inside each other
    std::size_t max_errors = kMaxErrors;
};

template <class T>
concept Encodable = reflect::Reflectable<T>;
template <class T>
concept Decodable =
    reflect::Reflectable<T> && std::default_initializable<T> && !std::same_as<T, std::string_view>;

namespace detail {
void encode(std::string& out, const void* value, const reflect::Table& table);
DecodeResult decode(std::string_view text, void* out, const reflect::Table& table,
                    const DecodeOptions& options);
}  // namespace detail

/// Appends `value` as JSON: members in declaration order, raw UTF-8, no spaces, no newline.
///
/// Times are RFC 3339 in UTC, durations ISO 8601, doubles the shortest text that reads back the
/// same. NaN, the infinities, enum values without a name and years past 9999 have no JSON form and
/// are written as null. Text that is not UTF-8 is written with U+FFFD for what is not.
template <Encodable T>
void encode(std::string& out, const T& value) {
    detail::encode(out, &value, reflect::table_of<T>());
}

template <Encodable T>
std::string encode(const T& value) {
    std::string out;
    detail::encode(out, &value, reflect::table_of<T>());
    return out;
}

/// Reads one JSON document (RFC 8259) into `out`, which holds the values of absent members on
/// entry.
///
/// Errors:   returns them all at once, each with a JSON Pointer; a document that does not follow
/// the
///           grammar gives Malformed and the one place where it breaks.
///           Unknown members are checked for syntax and ignored unless the struct is strict. A key
///           that comes twice is refused.
/// Lifetime: nothing of `text` is kept.
template <Decodable T>
DecodeResult decode(std::string_view text, T& out, const DecodeOptions& options = {}) {
    return detail::decode(text, &out, reflect::table_of<T>(), options);
}

}  // namespace pottle::json
