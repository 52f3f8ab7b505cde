// SPDX-License-Identifier: MIT
/// \file
/// Filters on texts: string, trim, center, replace, format, indent, wordcount.
#include "support.hpp"
#include "tables.hpp"
#include "text_edit.hpp"
#include "unicode.hpp"

#include <string>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

Value filter_string(Call& call) {
    call.expect(1, 1);
    return call.render().text(call.self());
}

Value filter_trim(Call& call) {
    static constexpr std::string_view names[] = {"value", "chars"};
    Value a[2];
    call.bind(names, 1, a);
    const Value text = call.render().text(a[0]);
    if (is_absent(a[1]))
        return view_like(text, unicode::strip_end(unicode::strip_start(text.as_string())));
    call.string(a[1]);
    const Value characters = text.is_safe() ? call.render().escaped(a[1]) : a[1];
    return view_like(text, strip(text.as_string(), characters.as_string(), Sides::Both));
}

Value filter_center(Call& call) {
    static constexpr std::string_view names[] = {"value", "width"};
    Value a[2];
    call.bind(names, 1, a);
    const Value text = call.render().text(a[0]);
    return text_like(
        call.render(), text,
        pad(call.render(), text.as_string(), call.integer_or(a[1], 80), " ", Align::Center));
}

Value filter_replace(Call& call) {
    static constexpr std::string_view names[] = {"s", "old", "new", "count"};
    Value a[4];
    call.bind(names, 3, a);
    Render& render = call.render();
    const std::int64_t count = is_absent(a[3]) ? -1 : call.integer(a[3]);
    Value text = a[0];
    Value from = render.text(a[1]);
    Value to = render.text(a[2]);
    if (!render.autoescape()) {
        text = render.text(text);
        return render.string(
            replace(render, text.as_string(), from.as_string(), to.as_string(), count));
    }
    const bool escape = a[1].is_safe() || (a[2].is_safe() && !a[0].is_safe());
    text = escape ? render.escaped(text) : render.text(text);
    if (text.is_safe()) {
        from = render.escaped(from);
        to = render.escaped(to);
    }
    return text_like(render, text,
                     replace(render, text.as_string(), from.as_string(), to.as_string(), count));
}

Value filter_format(Call& call) {
    Render& render = call.render();
    if (call.positional().empty()) call.expect(1, 1);
    const auto arguments = call.positional().subspan(1);
    const Value text = render.text(call.self());
    if (call.keywords().empty()) return format_text(render.arena(), text, render.tuple(arguments));
    if (!arguments.empty())
        fail_type("format: can't handle positional and keyword arguments at the same time");
    Dict& named = render.new_dict();
    for (const Keyword& keyword : call.keywords())
        named.set(Value::string(keyword.name), keyword.value);
    return format_text(render.arena(), text, Value::dict(&named));
}

Value filter_indent(Call& call) {
    static constexpr std::string_view names[] = {"s", "width", "first", "blank"};
    Value a[4];
    call.bind(names, 1, a);
    Render& render = call.render();
    std::string width;
    if (a[1].is_string()) {
        width = a[1].as_string();
    } else {
        const std::int64_t spaces = call.integer_or(a[1], 4);
        if (spaces > 0) {
            require_room(render, static_cast<std::uint64_t>(spaces));
            width.assign(static_cast<std::size_t>(spaces), ' ');
        }
    }
    const bool indent_blank = call.truth_or(a[3], false);
    std::string_view rest = call.string(a[0]);
    std::string out = call.truth_or(a[2], false) ? width : "";
    for (bool first = true;; first = false) {
        const unicode::Line line = unicode::first_line(rest);
        if (!first) {
            out += '\n';
            if (indent_blank || !line.text.empty()) out += width;
        }
        out += line.text;
        if (line.end.empty()) break;
        rest.remove_prefix(line.text.size() + line.end.size());
        require_room(render, out.size() + width.size());
    }
    return text_like(render, a[0], out);
}

Value filter_wordcount(Call& call) {
    call.expect(1, 1);
    const std::string_view text = call.render().text(call.self()).as_string();
    std::int64_t words = 0;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const bool is_word = unicode::is_word(unicode::decode(text, at));
        words += is_word && !inside;
        inside = is_word;
    }
    return Value::integer(words);
}

}  // namespace

Entries text_filters() {
    static constexpr NativeEntry entries[] = {
        {"center", filter_center},       {"format", filter_format}, {"indent", filter_indent},
        {"replace", filter_replace},     {"string", filter_string}, {"trim", filter_trim},
        {"wordcount", filter_wordcount},
    };
    return entries;
}

}  // namespace pottle::templating::library
