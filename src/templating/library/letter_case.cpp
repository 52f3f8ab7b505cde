// SPDX-License-Identifier: MIT
/// \file
/// Case: filters upper, lower, capitalize, title; the methods of the same names, swapcase and
/// casefold.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

namespace pottle::templating::library {

namespace {

/// Filters take any value as its text; methods are only found on texts.
template <std::string (*change)(std::string_view)>
Value changed(Call& call) {
    call.expect(1, 1);
    const Value text = call.render().text(call.self());
    return text_like(call.render(), text, change(text.as_string()));
}

Value casefold(Call& call) {
    call.expect(1, 1);
    return call.render().string(unicode::casefold(call.self().as_string()));
}

/// Jinja's own rule: a word begins behind white space, '-' or an opening bracket.
Value filter_title(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.render().text(call.self()).as_string();
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        std::size_t behind_first = text.size();
        while (at < text.size()) {
            const std::size_t here = at;
            const std::uint32_t c = unicode::decode(text, at);
            if (c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || unicode::is_space(c)) {
                at = here;
                break;
            }
            if (here == begin) behind_first = at;
        }
        if (at > begin) {
            out += unicode::upper(text.substr(begin, behind_first - begin));
            out += unicode::lower(text.substr(behind_first, at - behind_first));
        } else {
            unicode::append(out, unicode::decode(text, at));
        }
    }
    return call.render().string(out);
}

}  // namespace

std::span<const NativeEntry> letter_case_filters() {
    static constexpr NativeEntry entries[] = {
        {"capitalize", changed<unicode::capitalize>},
        {"lower", changed<unicode::lower>},
        {"title", filter_title},
        {"upper", changed<unicode::upper>},
    };
    return entries;
}

std::span<const NativeEntry> letter_case_methods() {
    static constexpr NativeEntry entries[] = {
        {"capitalize", changed<unicode::capitalize>}, {"casefold", casefold},
        {"lower", changed<unicode::lower>},           {"swapcase", changed<unicode::swapcase>},
        {"title", changed<unicode::title>},           {"upper", changed<unicode::upper>},
    };
    return entries;
}

}  // namespace pottle::templating::library
