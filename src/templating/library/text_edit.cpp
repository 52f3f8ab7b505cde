// SPDX-License-Identifier: MIT
#include "text_edit.hpp"

#include "support.hpp"
#include "unicode.hpp"

#include <algorithm>

namespace pottle::templating::library {

std::string_view strip(std::string_view text, std::string_view characters, Sides sides) {
    const auto is_dropped = [&](std::size_t begin, std::size_t end) {
        const std::string_view character = text.substr(begin, end - begin);
        for (std::size_t at = 0; at < characters.size();) {
            const std::size_t start = at;
            unicode::decode(characters, at);
            if (characters.substr(start, at - start) == character) return true;
        }
        return false;
    };
    std::size_t begin = 0;
    std::size_t end = text.size();
    if (sides != Sides::End) {
        for (std::size_t at = 0; begin < end; begin = at) {
            unicode::decode(text, at);
            if (!is_dropped(begin, at)) break;
        }
    }
    if (sides != Sides::Start) {
        for (std::size_t at = end; end > begin; end = at) {
            unicode::decode_before(text, at);
            if (!is_dropped(at, end)) break;
        }
    }
    return text.substr(begin, end - begin);
}

std::string pad(Render& render, std::string_view text, std::int64_t width, std::string_view fill,
                Align align) {
    const auto size = static_cast<std::int64_t>(unicode::count(text));
    if (width <= size) return std::string(text);
    const auto total = static_cast<std::uint64_t>(width - size);
    require_room(render, total, fill.size());
    std::uint64_t left = align == Align::Left ? 0 : total;
    // str.center() puts an odd space to the left when the width is odd too.
    if (align == Align::Center) left = total / 2 + (total & static_cast<std::uint64_t>(width) & 1);
    std::string out;
    for (std::uint64_t i = 0; i < left; ++i) out += fill;
    out += text;
    for (std::uint64_t i = left; i < total; ++i) out += fill;
    return out;
}

namespace {

std::string replace_between(Render& render, std::string_view text, std::string_view to,
                            std::uint64_t count) {
    const std::uint64_t places = std::min<std::uint64_t>(count, unicode::count(text) + 1);
    require_room(render, places, to.size());
    std::string out;
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < places; ++i) {
        out += to;
        if (at == text.size()) break;
        const std::size_t begin = at;
        unicode::decode(text, at);
        out += text.substr(begin, at - begin);
    }
    return out.append(text.substr(at));
}

}  // namespace

std::string replace(Render& render, std::string_view text, std::string_view from,
                    std::string_view to, std::int64_t count) {
    const std::uint64_t most = count < 0 ? UINT64_MAX : static_cast<std::uint64_t>(count);
    if (from.empty()) return replace_between(render, text, to, most);
    std::string out;
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < most; ++i) {
        const std::size_t found = text.find(from, at);
        if (found == std::string_view::npos) break;
        require_room(render, out.size() + (found - at) + to.size());
        out.append(text, at, found - at).append(to);
        at = found + from.size();
    }
    return out.append(text, at);
}

Part part_of(Call& call, std::string_view text, const Value& start, const Value& stop) {
    const auto size = static_cast<std::int64_t>(unicode::count(text));
    const auto bound = [&](const Value& value, std::int64_t otherwise) {
        if (is_absent(value)) return otherwise;
        const std::int64_t index = call.integer(value);
        return index < 0 ? std::max<std::int64_t>(index + size, 0) : index;
    };
    const std::int64_t first = bound(start, 0);
    const std::int64_t last = std::min(bound(stop, size), size);
    if (first > size || first > last) return {{}, 0, false};
    const std::size_t begin = unicode::offset_of(text, static_cast<std::size_t>(first));
    const std::string_view rest = text.substr(begin);
    return {unicode::first(rest, static_cast<std::size_t>(last - first)),
            static_cast<std::size_t>(first), true};
}

bool all_of_case(std::string_view text, LetterCase wanted) {
    bool found = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t c = unicode::decode(text, at);
        const bool lower = unicode::is_lower(c);
        const bool upper = unicode::is_upper(c);
        if (unicode::is_title(c) || (wanted == LetterCase::Lower ? upper : lower)) return false;
        found |= wanted == LetterCase::Lower ? lower : upper;
    }
    return found;
}

}  // namespace pottle::templating::library
