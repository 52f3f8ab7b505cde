// SPDX-License-Identifier: MIT
/// \file
/// Filter pprint: what Python's pprint.pformat() writes, 80 columns wide and with sorted keys.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <pottle/base/stable_sort.hpp>

#include <string>
#include <vector>

namespace pottle::templating::library {

namespace {

constexpr std::size_t kWidth = 80;
constexpr int kMaxDepth = 200;

/// Whatever cannot be compared is ordered by the names of its types.
bool comes_before(const Value& a, const Value& b) {
    const bool same = (a.is_number() && b.is_number()) || a.kind() == b.kind();
    if (!same) return type_name(a) < type_name(b);
    if (a.is_number() || a.is_string()) return less(a, b);
    return to_repr(a) < to_repr(b);
}

class Printer {
public:
    explicit Printer(Render& render) : render_(render) {}

    void print(const Value& value, std::size_t indent, std::size_t allowance, int level);
    std::string take() { return std::move(out_); }

private:
    std::string repr(const Value& value, int depth) const;
    List& sorted_entries(const Value& mapping) const;
    void print_entries(const Value& value, std::size_t indent, std::size_t allowance, int level);
    void print_items(const Value& value, std::size_t indent, std::size_t allowance, int level);
    void print_text(const Value& value, std::size_t indent, std::size_t allowance, int level);
    void line(std::size_t indent) { out_.append(1, '\n').append(indent, ' '); }

    Render& render_;
    std::string out_;
};

List& Printer::sorted_entries(const Value& mapping) const {
    List& entries = items_of(render_.arena(), mapping);
    stable_sort(std::span(entries.begin(), entries.size()), [](const Value& a, const Value& b) {
        return comes_before(a.as_list()[0], b.as_list()[0]);
    });
    return entries;
}

/// repr() with the keys of all dicts sorted.
std::string Printer::repr(const Value& value, int depth) const {
    if (++depth > kMaxDepth) fail(ErrorKind::Limit, "pprint: the value is nested too deeply");
    std::string out;
    if (value.is_dictlike()) {
        for (const Value& entry : sorted_entries(value)) {
            out += out.empty() ? "{" : ", ";
            out += repr(entry.as_list()[0], depth) + ": " + repr(entry.as_list()[1], depth);
        }
        return out.empty() ? "{}" : out + "}";
    }
    if (!value.is_listlike()) return to_repr(value);
    const bool is_tuple = value.is(Kind::Tuple);
    const std::size_t size = length(value);
    out += is_tuple ? '(' : '[';
    for (std::size_t i = 0; i < size; ++i) {
        if (i) out += ", ";
        out += repr(item_at(value, i), depth);
        require_room(render_, out.size());
    }
    if (is_tuple && size == 1) out += ',';
    return out + (is_tuple ? ')' : ']');
}

void Printer::print(const Value& value, std::size_t indent, std::size_t allowance, int level) {
    if (++level > kMaxDepth) fail(ErrorKind::Limit, "pprint: the value is nested too deeply");
    const std::string whole = repr(value, level);
    require_room(render_, out_.size() + whole.size());
    const bool fits = unicode::count(whole) + indent + allowance <= kWidth;
    if (!fits && value.is_dictlike() && length(value) > 0) {
        print_entries(value, indent, allowance, level);
    } else if (!fits && value.is_listlike() && length(value) > 0) {
        print_items(value, indent, allowance, level);
    } else if (!fits && value.is_string() && !value.is_safe()) {
        print_text(value, indent, allowance, level);
    } else {
        out_ += whole;
    }
}

void Printer::print_entries(const Value& value, std::size_t indent, std::size_t allowance,
                            int level) {
    const List& entries = sorted_entries(value);
    out_ += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i) {
            out_ += ',';
            line(indent + 1);
        }
        const std::string key = repr(entries[i].as_list()[0], level);
        out_ += key + ": ";
        const bool last = i + 1 == entries.size();
        print(entries[i].as_list()[1], indent + 1 + unicode::count(key) + 2,
              last ? allowance + 1 : 1, level);
    }
    out_ += '}';
}

void Printer::print_items(const Value& value, std::size_t indent, std::size_t allowance,
                          int level) {
    const bool is_tuple = value.is(Kind::Tuple);
    const std::size_t size = length(value);
    const std::string_view end = !is_tuple ? "]" : size == 1 ? ",)" : ")";
    out_ += is_tuple ? '(' : '[';
    for (std::size_t i = 0; i < size; ++i) {
        if (i) {
            out_ += ',';
            line(indent + 1);
        }
        print(item_at(value, i), indent + 1, i + 1 == size ? allowance + end.size() : 1, level);
    }
    out_ += end;
}

/// The words of a line, each with the white space behind it.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        std::size_t end = at;
        bool in_space = false;
        while (at < text.size()) {
            const bool is_space = unicode::is_space(unicode::decode(text, at));
            if (in_space && !is_space) break;
            in_space = is_space;
            end = at;
        }
        words.push_back(text.substr(begin, end - begin));
        at = end;
    }
    return words;
}

/// A long text is written as several literals, one to a line, broken at white space.
void Printer::print_text(const Value& value, std::size_t indent, std::size_t allowance, int level) {
    if (level == 1) {
        ++indent;
        ++allowance;
    }
    const auto room = [](std::size_t taken) { return kWidth > taken ? kWidth - taken : 0; };
    const auto quoted = [](std::string_view text) {
        std::string out;
        append_quoted(out, text);
        return out;
    };
    std::vector<std::string> chunks;
    for (std::string_view rest = value.as_string(); !rest.empty();) {
        const unicode::Line first = unicode::first_line(rest);
        const std::string_view text = rest.substr(0, first.text.size() + first.end.size());
        rest.remove_prefix(text.size());
        std::string whole = quoted(text);
        if (unicode::count(whole) <= room(indent + (rest.empty() ? allowance : 0))) {
            chunks.push_back(std::move(whole));
            continue;
        }
        std::string current;
        const std::vector<std::string_view> words = words_of(text);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::size_t most =
                room(indent + (rest.empty() && i + 1 == words.size() ? allowance : 0));
            const std::string candidate = current + std::string(words[i]);
            if (unicode::count(quoted(candidate)) <= most) {
                current = candidate;
            } else {
                if (!current.empty()) chunks.push_back(quoted(current));
                current = words[i];
            }
        }
        if (!current.empty()) chunks.push_back(quoted(current));
    }
    const bool brackets = level == 1 && chunks.size() > 1;
    if (brackets) out_ += '(';
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (i) line(indent);
        out_ += chunks[i];
    }
    if (brackets) out_ += ')';
}

Value filter_pprint(Call& call) {
    call.expect(1, 1);
    Printer printer(call.render());
    printer.print(call.self(), 0, 0, 0);
    return call.render().string(printer.take());
}

}  // namespace

Entries pretty_print_filters() {
    static constexpr NativeEntry entries[] = {{"pprint", filter_pprint}};
    return entries;
}

}  // namespace pottle::templating::library
