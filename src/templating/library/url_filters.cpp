// SPDX-License-Identifier: MIT
/// \file
/// Filter urlencode.
#include "support.hpp"
#include "tables.hpp"

#include <pottle/base/ascii.hpp>

namespace pottle::templating::library {

namespace {

/// RFC 3986 2.3 unreserved characters stay; in a path '/' does too, in a query a space becomes '+'.
enum class Part { Path, Query };

void append_quoted_url(std::string& out, std::string_view text, Part part) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~' ||
            (c == '/' && part == Part::Path)) {
            out += c;
        } else if (c == ' ' && part == Part::Query) {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

bool is_walkable(const Value& value) {
    return value.is_listlike() || value.is(Kind::Iterator) || value.is(Kind::Range) ||
           value.is(Kind::Object) || value.is_undefined();
}

Value filter_urlencode(Call& call) {
    call.expect(1, 1);
    Render& render = call.render();
    const Value& value = call.self();
    std::string out;
    if (!value.is_dictlike() && !is_walkable(value)) {
        append_quoted_url(out, render.text(value).as_string(), Part::Path);
        return render.string(out);
    }
    const List& pairs =
        value.is_dictlike() ? items_of(render.arena(), value) : to_list(render.arena(), value);
    for (const Value& entry : pairs) {
        const List& pair = to_list(render.arena(), entry);
        if (pair.size() != 2)
            fail(ErrorKind::Value, "urlencode: an item is no pair of name and value");
        if (!out.empty()) out += '&';
        append_quoted_url(out, render.text(pair[0]).as_string(), Part::Query);
        out += '=';
        append_quoted_url(out, render.text(pair[1]).as_string(), Part::Query);
    }
    return render.string(out);
}

}  // namespace

Entries url_filters() {
    static constexpr NativeEntry entries[] = {{"urlencode", filter_urlencode}};
    return entries;
}

}  // namespace pottle::templating::library
