// SPDX-License-Identifier: MIT
/// \file
/// Filter wordwrap: Python's textwrap. A line is cut into chunks, words and the white space between
/// them, and as many chunks as fit make an output line.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <pottle/templating/options.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

struct Style {
    std::size_t width = 79;
    bool break_long_words = true;
    bool break_on_hyphens = true;
};

/// Characters from `begin` up to `end` of a Paragraph.
struct Chunk {
    std::size_t begin;
    std::size_t end;
    std::size_t size() const { return end - begin; }
};

/// One line of the input, which becomes one or several of the output.
class Paragraph {
public:
    Paragraph(std::string_view text, const Style& style);
    /// The output lines, views of the text.
    void wrap(std::vector<std::string_view>& out);

private:
    std::uint32_t at(std::size_t i) const { return i < codes_.size() ? codes_[i] : 0; }
    bool is_wrap_space(std::size_t i) const;
    bool is_word(std::size_t i) const { return i < codes_.size() && unicode::is_word(codes_[i]); }
    bool is_letter(std::size_t i) const { return is_word(i) && !unicode::is_decimal(codes_[i]); }
    bool may_precede_dash(std::size_t i) const;
    bool is_long_dash(std::size_t i) const;
    bool is_hyphen(std::size_t i) const;
    std::size_t chunk_end(std::size_t begin) const;
    bool is_blank(const Chunk& chunk) const;
    void split();
    std::size_t broken_at(const Chunk& chunk, std::size_t room) const;

    std::string_view text_;
    Style style_;
    std::vector<std::uint32_t> codes_;
    std::vector<std::size_t> offsets_;   ///< of each character, and of the end
    std::vector<std::size_t> dash_end_;  ///< where the dashes end that begin at a character
    std::vector<Chunk> chunks_;
};

Paragraph::Paragraph(std::string_view text, const Style& style) : text_(text), style_(style) {
    for (std::size_t i = 0; i < text.size();) {
        offsets_.push_back(i);
        codes_.push_back(unicode::decode(text, i));
    }
    offsets_.push_back(text.size());
    dash_end_.resize(codes_.size());
    for (std::size_t i = codes_.size(); i-- > 0;) {
        const bool more = i + 1 < codes_.size() && codes_[i + 1] == '-';
        dash_end_[i] = codes_[i] != '-' ? i : more ? dash_end_[i + 1] : i + 1;
    }
    split();
}

bool Paragraph::is_wrap_space(std::size_t i) const {
    const std::uint32_t c = at(i);
    return i < codes_.size() && (c == ' ' || (c >= 0x09 && c <= 0x0D));
}

/// What may stand before a dash between two words.
bool Paragraph::may_precede_dash(std::size_t i) const {
    const std::uint32_t c = at(i);
    return is_word(i) || c == '!' || c == '"' || c == '\'' || c == '&' || c == '.' || c == ',' ||
           c == '?';
}

/// Two dashes or more between `i - 1` and a word.
bool Paragraph::is_long_dash(std::size_t i) const {
    return i > 0 && i < codes_.size() && dash_end_[i] >= i + 2 && is_word(dash_end_[i]) &&
           may_precede_dash(i - 1);
}

/// A hyphen behind two letters (or letter, hyphen, letter) and before two.
bool Paragraph::is_hyphen(std::size_t i) const {
    if (at(i) != '-' || i < 2 || !is_letter(i - 1)) return false;
    const bool before = is_letter(i - 2) || (at(i - 2) == '-' && i >= 3 && is_letter(i - 3));
    const bool behind =
        is_letter(i + 1) && (is_letter(i + 2) || (at(i + 2) == '-' && is_letter(i + 3)));
    return before && behind;
}

std::size_t Paragraph::chunk_end(std::size_t begin) const {
    std::size_t end = begin + 1;
    if (is_wrap_space(begin)) {
        while (is_wrap_space(end)) ++end;
        return end;
    }
    if (!style_.break_on_hyphens) {
        while (end < codes_.size() && !is_wrap_space(end)) ++end;
        return end;
    }
    if (is_long_dash(begin)) return dash_end_[begin];
    for (;; ++end) {
        if (end == codes_.size() || is_wrap_space(end) || is_long_dash(end)) return end;
        if (is_hyphen(end)) return end + 1;
    }
}

void Paragraph::split() {
    for (std::size_t begin = 0; begin < codes_.size();) {
        const std::size_t end = chunk_end(begin);
        chunks_.push_back({begin, end});
        begin = end;
    }
}

bool Paragraph::is_blank(const Chunk& chunk) const {
    return std::all_of(codes_.begin() + static_cast<std::ptrdiff_t>(chunk.begin),
                       codes_.begin() + static_cast<std::ptrdiff_t>(chunk.end), unicode::is_space);
}

/// Where a chunk that is too long is cut when `room` characters are left: behind a hyphen, else
/// where the room ends.
std::size_t Paragraph::broken_at(const Chunk& chunk, std::size_t room) const {
    if (style_.break_on_hyphens && chunk.size() > room) {
        std::size_t hyphen = chunk.begin + room;
        while (hyphen > chunk.begin && codes_[hyphen - 1] != '-') --hyphen;
        for (std::size_t i = chunk.begin; i + 1 < hyphen; ++i)
            if (codes_[i] != '-') return hyphen;
    }
    return chunk.begin + room;
}

void Paragraph::wrap(std::vector<std::string_view>& out) {
    bool has_lines = false;
    for (std::size_t next = 0; next < chunks_.size();) {
        if (has_lines && is_blank(chunks_[next])) ++next;
        const std::size_t begin = next < chunks_.size() ? chunks_[next].begin : 0;
        std::size_t end = begin;
        std::size_t taken = 0;  // chunks on this line
        Chunk last{begin, begin};
        const auto take = [&](const Chunk& chunk) {
            last = chunk;
            end = chunk.end;
            ++taken;
        };
        while (next < chunks_.size() && end - begin + chunks_[next].size() <= style_.width)
            take(chunks_[next++]);
        if (next < chunks_.size() && chunks_[next].size() > style_.width) {
            Chunk& chunk = chunks_[next];
            if (style_.break_long_words) {
                const std::size_t cut = broken_at(chunk, style_.width - (end - begin));
                take({chunk.begin, cut});
                chunk.begin = cut;
            } else if (taken == 0) {
                take(chunks_[next++]);
            }
        }
        if (taken > 0 && is_blank(last)) {
            end = last.begin;
            --taken;
        }
        if (taken == 0) continue;
        has_lines = true;
        out.push_back(text_.substr(offsets_[begin], offsets_[end] - offsets_[begin]));
    }
}

Value filter_wordwrap(Call& call) {
    static constexpr std::string_view names[] = {"s", "width", "break_long_words", "wrapstring",
                                                 "break_on_hyphens"};
    Value a[5];
    call.bind(names, 1, a);
    Render& render = call.render();
    const std::int64_t width = call.integer_or(a[1], 79);
    std::string_view rest = call.string(a[0]);
    if (width <= 0 && !rest.empty())
        fail(ErrorKind::Value, fmt::format("wordwrap: invalid width {} (must be > 0)", width));
    const Style style{static_cast<std::size_t>(width), call.truth_or(a[2], true),
                      call.truth_or(a[4], true)};
    const bool is_safe = !is_absent(a[3]) && a[3].is_safe();
    const std::string_view between =
        is_absent(a[3]) ? std::string_view(render.options().syntax.newline_sequence)
                        : call.string(a[3]);
    std::string out;
    std::vector<std::string_view> lines;
    for (bool first = true; !rest.empty(); first = false) {
        const unicode::Line line = unicode::first_line(rest);
        rest.remove_prefix(line.text.size() + line.end.size());
        lines.clear();
        Paragraph(line.text, style).wrap(lines);
        if (!first) out += between;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (i) out += between;
            if (is_safe) {
                append_escaped(out, lines[i]);
            } else {
                out += lines[i];
            }
        }
        require_room(render, out.size());
    }
    return is_safe ? render.markup(out) : render.string(out);
}

}  // namespace

Entries wrap_filters() {
    static constexpr NativeEntry entries[] = {{"wordwrap", filter_wordwrap}};
    return entries;
}

}  // namespace pottle::templating::library
