// SPDX-License-Identifier: MIT
/// \file
/// Methods of texts that take them apart and join them: split, rsplit, splitlines, partition,
/// rpartition, join.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

using Pieces = std::vector<std::string_view>;

Pieces split_at_spaces(std::string_view text, std::uint64_t most) {
    Pieces pieces;
    while (!(text = unicode::strip_start(text)).empty()) {
        std::size_t end = 0;
        if (pieces.size() == most) {
            end = text.size();
        } else {
            for (std::size_t at = 0; at < text.size(); end = at)
                if (unicode::is_space(unicode::decode(text, at))) break;
        }
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return pieces;
}

Pieces split_at_spaces_from_end(std::string_view text, std::uint64_t most) {
    Pieces pieces;
    while (!(text = unicode::strip_end(text)).empty()) {
        std::size_t begin = text.size();
        if (pieces.size() == most) {
            begin = 0;
        } else {
            for (std::size_t at = begin; at > 0; begin = at)
                if (unicode::is_space(unicode::decode_before(text, at))) break;
        }
        pieces.push_back(text.substr(begin));
        text = text.substr(0, begin);
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

Pieces split_at(std::string_view text, std::string_view separator, std::uint64_t most) {
    Pieces pieces;
    while (pieces.size() < most) {
        const std::size_t at = text.find(separator);
        if (at == std::string_view::npos) break;
        pieces.push_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    pieces.push_back(text);
    return pieces;
}

Pieces split_at_from_end(std::string_view text, std::string_view separator, std::uint64_t most) {
    Pieces pieces;
    while (pieces.size() < most) {
        const std::size_t at = text.rfind(separator);
        if (at == std::string_view::npos) break;
        pieces.push_back(text.substr(at + separator.size()));
        text = text.substr(0, at);
    }
    pieces.push_back(text);
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

Value list_like(Call& call, const Pieces& pieces) {
    List& list = call.render().new_list();
    list.reserve(pieces.size());
    for (const std::string_view piece : pieces) list.append(view_like(call.self(), piece));
    return Value::list(&list);
}

template <Pieces (*by_space)(std::string_view, std::uint64_t),
          Pieces (*by_text)(std::string_view, std::string_view, std::uint64_t)>
Value split(Call& call) {
    static constexpr std::string_view names[] = {"self", "sep", "maxsplit"};
    Value a[3];
    call.bind(names, 1, a);
    const std::int64_t given = call.integer_or(a[2], -1);
    const std::uint64_t most = given < 0 ? UINT64_MAX : static_cast<std::uint64_t>(given);
    if (is_absent(a[1])) return list_like(call, by_space(a[0].as_string(), most));
    const std::string_view separator = call.string(a[1]);
    if (separator.empty()) fail(ErrorKind::Value, "empty separator");
    return list_like(call, by_text(a[0].as_string(), separator, most));
}

Value splitlines(Call& call) {
    static constexpr std::string_view names[] = {"self", "keepends"};
    Value a[2];
    call.bind(names, 1, a);
    const bool keep = call.truth_or(a[1], false);
    Pieces lines;
    for (std::string_view rest = a[0].as_string(); !rest.empty();) {
        const unicode::Line line = unicode::first_line(rest);
        const std::size_t size = line.text.size() + line.end.size();
        lines.push_back(rest.substr(0, keep ? size : line.text.size()));
        rest.remove_prefix(size);
    }
    return list_like(call, lines);
}

enum class From { Start, End };

template <From from>
Value partition(Call& call) {
    call.expect(2, 2);
    Value separator = call.positional()[1];
    if (call.string(separator).empty()) fail(ErrorKind::Value, "empty separator");
    if (call.self().is_safe()) separator = call.render().escaped(separator);
    const std::string_view text = call.self().as_string();
    const std::string_view by = separator.as_string();
    const std::size_t at = from == From::Start ? text.find(by) : text.rfind(by);
    std::string_view parts[] = {"", "", ""};
    if (at != std::string_view::npos) {
        parts[0] = text.substr(0, at);
        parts[1] = text.substr(at, by.size());
        parts[2] = text.substr(at + by.size());
    } else {
        parts[from == From::Start ? 0 : 2] = text;
    }
    return call.render().tuple({view_like(call.self(), parts[0]), view_like(call.self(), parts[1]),
                                view_like(call.self(), parts[2])});
}

Value join(Call& call) {
    call.expect(2, 2);
    const Value& separator = call.self();
    std::string out;
    Value item;
    std::size_t count = 0;
    for (Walk walk(call.arena(), call.positional()[1]); walk.next(item); ++count) {
        if (count) out += separator.as_string();
        if (separator.is_safe()) {
            append_escaped(out, item);
        } else if (item.is_string()) {
            out += item.as_string();
        } else {
            fail_type(fmt::format("sequence item {}: expected str instance, {} found", count,
                                  type_name(item)));
        }
        require_room(call.render(), out.size());
    }
    return text_like(call.render(), separator, out);
}

}  // namespace

Entries text_split_methods() {
    static constexpr NativeEntry entries[] = {
        {"join", join},
        {"partition", partition<From::Start>},
        {"rpartition", partition<From::End>},
        {"rsplit", split<split_at_spaces_from_end, split_at_from_end>},
        {"split", split<split_at_spaces, split_at>},
        {"splitlines", splitlines},
    };
    return entries;
}

}  // namespace pottle::templating::library
