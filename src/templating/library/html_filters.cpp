// SPDX-License-Identifier: MIT
/// \file
/// Filters escape, forceescape, safe, striptags, xmlattr; the methods that only markup has.
#include "html_unescape.hpp"
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

Value filter_escape(Call& call) {
    call.expect(1, 1);
    return call.render().escaped(call.self());
}

Value filter_forceescape(Call& call) {
    call.expect(1, 1);
    const Value text = call.render().text(call.self());
    return call.render().escaped(Value::string(text.as_string()));
}

Value filter_safe(Call& call) {
    call.expect(1, 1);
    return call.render().text(call.self()).as_markup();
}

/// Appends what lies outside of <!-- --> and of < >; an opening without its end is text.
std::string without_tags(std::string_view text, std::string_view open, std::string_view close) {
    std::string out;
    while (true) {
        const std::size_t begin = text.find(open);
        const std::size_t end =
            begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
        if (end == std::string_view::npos) return out.append(text);
        out += text.substr(0, begin);
        text.remove_prefix(end + close.size());
    }
}

std::string striptags(std::string_view markup) {
    const std::string text = without_tags(without_tags(markup, "<!--", "-->"), "<", ">");
    std::string spaced;
    std::string_view rest = text;
    while (!(rest = unicode::strip_start(rest)).empty()) {
        std::size_t end = 0;
        for (std::size_t at = 0; at < rest.size(); end = at)
            if (unicode::is_space(unicode::decode(rest, at))) break;
        if (!spaced.empty()) spaced += ' ';
        spaced += rest.substr(0, end);
        rest.remove_prefix(end);
    }
    return html_unescape(spaced);
}

Value filter_striptags(Call& call) {
    call.expect(1, 1);
    return call.render().string(striptags(call.render().text(call.self()).as_string()));
}

Value unescape(Call& call) {
    call.expect(1, 1);
    return call.render().string(html_unescape(call.self().as_string()));
}

Value filter_xmlattr(Call& call) {
    static constexpr std::string_view names[] = {"d", "autospace"};
    Value a[2];
    call.bind(names, 1, a);
    if (a[0].is_undefined()) fail_undefined(a[0]);
    if (!a[0].is_dictlike())
        fail_type(fmt::format("xmlattr: '{}' object is no dict", type_name(a[0])));
    const bool autospace = call.truth_or(a[1], true);
    std::string out;
    for (const Value& entry : items_of(call.arena(), a[0])) {
        const Value& key = entry.as_list()[0];
        const Value& value = entry.as_list()[1];
        if (value.is_none() || value.is_undefined()) continue;
        // Any of these would end the name and let the rest be read as something else.
        if (call.string(key).find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos)
            fail(ErrorKind::Value,
                 fmt::format("xmlattr: invalid character in attribute name: {}", to_repr(key)));
        if (autospace || !out.empty()) out += ' ';
        append_escaped(out, key);
        out += "=\"";
        append_escaped(out, value);
        out += '"';
    }
    return call.render().string_for_output(out);
}

}  // namespace

Entries html_filters() {
    static constexpr NativeEntry entries[] = {
        {"e", filter_escape},  {"escape", filter_escape},       {"forceescape", filter_forceescape},
        {"safe", filter_safe}, {"striptags", filter_striptags}, {"xmlattr", filter_xmlattr},
    };
    return entries;
}

Entries markup_methods() {
    static constexpr NativeEntry entries[] = {
        {"striptags", filter_striptags},
        {"unescape", unescape},
    };
    return entries;
}

}  // namespace pottle::templating::library
