// SPDX-License-Identifier: MIT
/// \file
/// Methods of texts that fill and change them: center, ljust, rjust, zfill, expandtabs, replace,
/// strip, removeprefix and the others. Of markup they give markup and escape their arguments, save
/// where MarkupSafe gives a plain text.
#include "support.hpp"
#include "tables.hpp"
#include "text_edit.hpp"
#include "unicode.hpp"

namespace pottle::templating::library {

namespace {

/// A text argument, escaped when the object is markup.
std::string_view argument_for(Call& call, const Value& argument) {
    call.string(argument);
    return call.self().is_safe() ? call.render().escaped(argument).as_string()
                                 : argument.as_string();
}

template <Align align>
Value padded(Call& call) {
    call.expect(2, 3);
    const auto arguments = call.positional();
    std::string_view fill = " ";
    if (arguments.size() == 3) {
        fill = argument_for(call, arguments[2]);
        if (unicode::count(fill) != 1)
            fail_type("The fill character must be exactly one character long");
    }
    return text_like(
        call.render(), call.self(),
        pad(call.render(), call.self().as_string(), call.integer(arguments[1]), fill, align));
}

Value zfill(Call& call) {
    call.expect(2, 2);
    std::string_view text = call.self().as_string();
    std::string_view sign;
    std::int64_t width = call.integer(call.positional()[1]);
    if (text.starts_with('-') || text.starts_with('+')) {
        sign = text.substr(0, 1);
        text.remove_prefix(1);
        if (width > 0) --width;
    }
    const std::string digits = pad(call.render(), text, width, "0", Align::Right);
    return text_like(call.render(), call.self(), std::string(sign) + digits);
}

Value expandtabs(Call& call) {
    static constexpr std::string_view names[] = {"self", "tabsize"};
    Value a[2];
    call.bind(names, 1, a);
    const std::int64_t tab = call.integer_or(a[1], 8);
    std::string out;
    std::int64_t column = 0;
    for (const char c : a[0].as_string()) {
        if (c == '\t') {
            const std::int64_t spaces = tab > 0 ? tab - column % tab : 0;
            require_room(call.render(), out.size() + static_cast<std::uint64_t>(spaces));
            out.append(static_cast<std::size_t>(spaces), ' ');
            column += spaces;
        } else {
            out += c;
            if (c == '\n' || c == '\r') {
                column = 0;
            } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
                ++column;
            }
        }
    }
    return text_like(call.render(), a[0], out);
}

Value replaced(Call& call) {
    call.expect(3, 4);
    const auto arguments = call.positional();
    const std::string_view from = argument_for(call, arguments[1]);
    const std::string_view to = argument_for(call, arguments[2]);
    const std::int64_t count = arguments.size() == 4 ? call.integer(arguments[3]) : -1;
    return text_like(call.render(), call.self(),
                     replace(call.render(), call.self().as_string(), from, to, count));
}

template <Sides sides>
Value stripped(Call& call) {
    call.expect(1, 2);
    const std::string_view text = call.self().as_string();
    if (call.positional().size() == 2 && !call.positional()[1].is_none())
        return view_like(call.self(), strip(text, argument_for(call, call.positional()[1]), sides));
    std::string_view kept = text;
    if (sides != Sides::End) kept = unicode::strip_start(kept);
    if (sides != Sides::Start) kept = unicode::strip_end(kept);
    return view_like(call.self(), kept);
}

Value removeprefix(Call& call) {
    call.expect(2, 2);
    std::string_view text = call.self().as_string();
    const std::string_view prefix = call.string(call.positional()[1]);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return Value::string(text);
}

Value removesuffix(Call& call) {
    call.expect(2, 2);
    std::string_view text = call.self().as_string();
    const std::string_view suffix = call.string(call.positional()[1]);
    if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
    return Value::string(text);
}

}  // namespace

Entries text_pad_methods() {
    static constexpr NativeEntry entries[] = {
        {"center", padded<Align::Center>},
        {"expandtabs", expandtabs},
        {"ljust", padded<Align::Left>},
        {"lstrip", stripped<Sides::Start>},
        {"removeprefix", removeprefix},
        {"removesuffix", removesuffix},
        {"replace", replaced},
        {"rjust", padded<Align::Right>},
        {"rstrip", stripped<Sides::End>},
        {"strip", stripped<Sides::Both>},
        {"zfill", zfill},
    };
    return entries;
}

}  // namespace pottle::templating::library
