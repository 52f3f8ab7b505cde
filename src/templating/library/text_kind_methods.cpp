// SPDX-License-Identifier: MIT
/// \file
/// Methods of texts that ask for the kinds of their characters: isdigit(), isupper() and the
/// others.
#include "tables.hpp"
#include "text_edit.hpp"
#include "unicode.hpp"

namespace pottle::templating::library {

namespace {

/// Whether every character is of a kind; an empty text is of none.
template <bool (*is_kind)(std::uint32_t) noexcept>
Value all(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.self().as_string();
    for (std::size_t at = 0; at < text.size();)
        if (!is_kind(unicode::decode(text, at))) return Value::boolean(false);
    return Value::boolean(!text.empty());
}

template <LetterCase wanted>
Value is_case(Call& call) {
    call.expect(1, 1);
    return Value::boolean(all_of_case(call.self().as_string(), wanted));
}

Value is_ascii(Call& call) {
    call.expect(1, 1);
    return Value::boolean(unicode::is_ascii(call.self().as_string()));
}

Value is_printable(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.self().as_string();
    for (std::size_t at = 0; at < text.size();)
        if (!unicode::is_printable(unicode::decode(text, at))) return Value::boolean(false);
    return Value::boolean(true);
}

Value is_identifier(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.self().as_string();
    for (std::size_t at = 0; at < text.size();) {
        const bool first = at == 0;
        const std::uint32_t c = unicode::decode(text, at);
        if (c != '_' && !(first ? unicode::is_alpha(c) : unicode::is_alnum(c)))
            return Value::boolean(false);
    }
    return Value::boolean(!text.empty());
}

/// Upper case only behind uncased characters, lower case only behind cased ones.
Value is_title(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.self().as_string();
    bool found = false;
    bool behind_cased = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t c = unicode::decode(text, at);
        const bool begins = unicode::is_upper(c) || unicode::is_title(c);
        const bool goes_on = unicode::is_lower(c);
        if ((begins && behind_cased) || (goes_on && !behind_cased)) return Value::boolean(false);
        behind_cased = begins || goes_on;
        found |= behind_cased;
    }
    return Value::boolean(found);
}

}  // namespace

Entries text_kind_methods() {
    static constexpr NativeEntry entries[] = {
        {"isalnum", all<unicode::is_alnum>},
        {"isalpha", all<unicode::is_alpha>},
        {"isascii", is_ascii},
        {"isdecimal", all<unicode::is_decimal>},
        {"isdigit", all<unicode::is_digit>},
        {"isidentifier", is_identifier},
        {"islower", is_case<LetterCase::Lower>},
        {"isnumeric", all<unicode::is_numeric>},
        {"isprintable", is_printable},
        {"isspace", all<unicode::is_space>},
        {"istitle", is_title},
        {"isupper", is_case<LetterCase::Upper>},
    };
    return entries;
}

}  // namespace pottle::templating::library
