// SPDX-License-Identifier: MIT
/// \file
/// Tokens and comma-separated lists, the two shapes that most field values are made of (RFC 9110
/// 5.6).
#pragma once

#include <pottle/base/ascii.hpp>

#include <array>
#include <string_view>

namespace pottle::http {

namespace detail {
inline constexpr std::array<bool, 256> kTokenBytes = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] = true;
    for (int c = 0; c < 128; ++c)
        if (ascii::is_alnum(static_cast<char>(c))) table[static_cast<std::size_t>(c)] = true;
    return table;
}();
}  // namespace detail

/// tchar of RFC 9110 5.6.2.
constexpr bool is_token_byte(char c) noexcept {
    return detail::kTokenBytes[static_cast<unsigned char>(c)];
}

/// Length of the token that `text` begins with; 0 when it begins with none.
constexpr std::size_t token_length(std::string_view text) noexcept {
    std::size_t length = 0;
    while (length < text.size() && is_token_byte(text[length])) ++length;
    return length;
}

constexpr bool is_token(std::string_view text) noexcept {
    return !text.empty() && token_length(text) == text.size();
}

/// Walks over the elements of a comma-separated list without quoted strings. A value.
///
/// Elements come without white space around them. Empty ones are reported, not skipped: whether
/// they may be ignored (RFC 9110 5.6.1.2) depends on the field.
class ListReader {
public:
    constexpr explicit ListReader(std::string_view list) noexcept : rest_(list) {}

    /// False when the list is at its end. An empty list has one empty element.
    constexpr bool next(std::string_view& element) noexcept {
        if (done_) return false;
        const std::size_t comma = rest_.find(',');
        done_ = comma == rest_.npos;
        element = ascii::trim(rest_.substr(0, comma));
        if (!done_) rest_.remove_prefix(comma + 1);
        return true;
    }

private:
    std::string_view rest_;
    bool done_ = false;
};

/// Whether a comma-separated list holds `token`, in any case.
constexpr bool list_contains(std::string_view list, std::string_view token) noexcept {
    ListReader elements(list);
    for (std::string_view element; elements.next(element);)
        if (ascii::iequals(element, token)) return true;
    return false;
}

}  // namespace pottle::http
