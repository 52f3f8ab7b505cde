// SPDX-License-Identifier: MIT
/// \file
/// Filter urlize: links around URLs and mail addresses in a text. The patterns are matched by hand
/// in one pass over each word, so that no text takes more than linear time.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
    for (std::size_t at = 0; at < text.size();)
        if (!predicate(unicode::decode(text, at))) return false;
    return true;
}
bool all_decimal(std::string_view text, std::size_t most) {
    const std::size_t size = unicode::count(text);
    return size >= 1 && size <= most && all_of(text, unicode::is_decimal);
}
bool is_label_character(std::uint32_t c) {
    return unicode::is_word(c) || c == '%' || c == '-';
}
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && ascii::iequals(text.substr(0, prefix.size()), prefix);
}

/// Takes "label." off the front; false when there is none.
bool take_label(std::string_view& host, std::size_t least, std::size_t most) {
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view label = host.substr(0, dot);
    const std::size_t size = unicode::count(label);
    if (size < least || size > most || !all_of(label, is_label_character)) return false;
    host.remove_prefix(dot + 1);
    return true;
}

bool is_top_level(std::string_view name) {
    if (name.size() >= 2 && name.size() <= 63 &&
        std::all_of(name.begin(), name.end(), ascii::is_alpha))
        return true;
    if (!starts_with_ignoring_case(name, "xn--")) return false;
    const std::string_view rest = name.substr(4);
    const std::size_t size = unicode::count(rest);
    return size >= 2 && size <= 59 &&
           all_of(rest, [](std::uint32_t c) { return unicode::is_word(c) || c == '%'; });
}

bool is_domain(std::string_view host) {
    while (host.find('.') != std::string_view::npos)
        if (!take_label(host, 1, SIZE_MAX)) return false;
    return is_top_level(host);
}

/// A domain that is taken for a link without a scheme.
bool is_bare_domain(std::string_view host) {
    static constexpr std::string_view known[] = {"com", "net", "int",  "edu",
                                                 "gov", "org", "info", "mil"};
    bool has_label = false;
    while (host.find('.') != std::string_view::npos) {
        if (!take_label(host, 2, 63)) return false;
        has_label = true;
    }
    return has_label && std::any_of(std::begin(known), std::end(known), [&](std::string_view name) {
               return ascii::iequals(host, name);
           });
}

bool is_ipv4(std::string_view host) {
    for (int i = 0; i < 3; ++i) {
        const std::size_t dot = host.find('.');
        if (dot == std::string_view::npos || !all_decimal(host.substr(0, dot), 3)) return false;
        host.remove_prefix(dot + 1);
    }
    return all_decimal(host, 3);
}

/// What stands between the brackets: two to eight groups of hexadecimal digits.
bool is_ipv6(std::string_view address) {
    const auto take_group = [&address] {
        std::size_t digits = 0;
        while (digits < 4 && digits < address.size() && ascii::hex_value(address[digits]) >= 0)
            ++digits;
        address.remove_prefix(digits);
        const bool has_colon = address.starts_with(':');
        if (has_colon) address.remove_prefix(1);
        return has_colon;
    };
    if (!take_group() || !take_group()) return false;
    for (int i = 0; i < 6 && !address.empty(); ++i) take_group();
    return address.empty();
}

bool is_port(std::string_view text) {
    return text.empty() || (text[0] == ':' && all_decimal(text.substr(1), 5));
}

bool is_web_address(std::string_view word) {
    std::string_view host = word;
    bool has_scheme = false;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!starts_with_ignoring_case(word, scheme)) continue;
        host.remove_prefix(scheme.size());
        has_scheme = true;
    }
    host = host.substr(0, host.find_first_of("/?#"));
    if (has_scheme && host.starts_with('[')) {
        const std::size_t end = host.find(']');
        return end != std::string_view::npos && is_port(host.substr(end + 1)) &&
               is_ipv6(host.substr(1, end - 1));
    }
    const std::size_t colon = std::min(host.find(':'), host.size());
    if (!is_port(host.substr(colon))) return false;
    host = host.substr(0, colon);
    if (has_scheme) return is_domain(host) || is_ipv4(host);
    if (starts_with_ignoring_case(host, "www.") && is_domain(host.substr(4))) return true;
    return is_bare_domain(host);
}

bool is_mail_address(std::string_view word) {
    const std::size_t at = word.rfind('@');
    if (at == std::string_view::npos || at == 0) return false;
    const std::string_view domain = word.substr(at + 1);
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == domain.size()) return false;
    std::size_t first = 0;
    return unicode::is_word(unicode::decode(domain, first)) &&
           all_of(domain.substr(0, dot),
                  [](std::uint32_t c) { return unicode::is_word(c) || c == '.' || c == '-'; }) &&
           all_of(domain.substr(dot + 1), unicode::is_word);
}

std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size()))
        ++count;
    return count;
}

/// A word with what punctuates it at either side.
struct Word {
    std::string_view head;
    std::string_view middle;
    std::string_view tail;
};

std::size_t opening_size(std::string_view text) {
    if (text.starts_with("&lt;")) return 4;
    return text.starts_with('(') || text.starts_with('<') ? 1 : 0;
}
std::size_t closing_size(std::string_view text) {
    if (text.ends_with("&gt;")) return 4;
    return !text.empty() && std::string_view(")>.,\n").find(text.back()) != std::string_view::npos;
}

Word take_apart(std::string_view word) {
    std::size_t begin = 0;
    while (const std::size_t size = opening_size(word.substr(begin))) begin += size;
    std::size_t end = word.size();
    while (const std::size_t size = closing_size(word.substr(begin, end - begin))) end -= size;
    // A bracket that the address opened belongs to it.
    static constexpr std::string_view pairs[][2] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
    for (const auto& [open, close] : pairs) {
        const std::string_view middle = word.substr(begin, end - begin);
        const std::size_t opened = count_of(middle, open);
        if (opened <= count_of(middle, close)) continue;
        const std::size_t moved = std::min(opened, count_of(word.substr(end), close));
        for (std::size_t i = 0; i < moved; ++i) end = word.find(close, end) + close.size();
    }
    return {word.substr(0, begin), word.substr(begin, end - begin), word.substr(end)};
}

struct Links {
    std::string attributes;  ///< rel and target, as they stand in the tag
    std::optional<std::int64_t> limit;
    std::vector<std::string_view> schemes;

    void append_shortened(std::string& out, std::string_view url) const {
        const auto size = static_cast<std::int64_t>(unicode::count(url));
        if (!limit || size <= *limit) {
            out += url;
            return;
        }
        const std::int64_t kept = *limit < 0 ? std::max<std::int64_t>(size + *limit, 0) : *limit;
        out.append(unicode::first(url, static_cast<std::size_t>(kept))).append("...");
    }
    void append_link(std::string& out, std::string_view word) const;
};

void Links::append_link(std::string& out, std::string_view word) const {
    if (is_web_address(word)) {
        const bool has_scheme = word.starts_with("https://") || word.starts_with("http://");
        out += fmt::format("<a href=\"{}{}\"{}>", has_scheme ? "" : "https://", word, attributes);
        append_shortened(out, word);
        out += "</a>";
    } else if (word.starts_with("mailto:") && is_mail_address(word.substr(7))) {
        out += fmt::format("<a href=\"{}\">{}</a>", word, word.substr(7));
    } else if (!word.starts_with("www.") && word.find(':') == std::string_view::npos &&
               is_mail_address(word)) {
        out += fmt::format("<a href=\"mailto:{}\">{}</a>", word, word);
    } else {
        for (const std::string_view scheme : schemes) {
            if (word == scheme || !word.starts_with(scheme)) continue;
            out += fmt::format("<a href=\"{}\"{}>{}</a>", word, attributes, word);
            return;
        }
        out += word;
    }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += fmt::format(" {}=\"", name);
    append_escaped(out, value);
    out += '"';
}

/// The words of `rel`, "noopener" among them, each once and sorted.
std::string relations(std::string_view given, bool nofollow) {
    std::set<std::string_view> words{"noopener"};
    if (nofollow) words.insert("nofollow");
    while (!(given = unicode::strip_start(given)).empty()) {
        std::size_t end = 0;
        for (std::size_t at = 0; at < given.size(); end = at)
            if (unicode::is_space(unicode::decode(given, at))) break;
        words.insert(given.substr(0, end));
        given.remove_prefix(end);
    }
    return fmt::format("{}", fmt::join(words, " "));
}

void require_scheme(std::string_view scheme) {
    std::string_view name = scheme.substr(0, scheme.find(':'));
    const std::string_view rest = scheme.substr(name.size());
    const bool ends = rest == ":" || rest == ":/" || rest == "://";
    const bool named = unicode::count(name) >= 2 && all_of(name, [](std::uint32_t c) {
                           return unicode::is_word(c) || c == '.' || c == '+' || c == '-';
                       });
    if (!ends || !named)
        fail_type(fmt::format("urlize: '{}' is not a valid URI scheme prefix.", scheme));
}

Value filter_urlize(Call& call) {
    static constexpr std::string_view names[] = {"value", "trim_url_limit", "nofollow", "target",
                                                 "rel",   "extra_schemes"};
    Value a[6];
    call.bind(names, 1, a);
    Render& render = call.render();
    Links links;
    if (!is_absent(a[1])) links.limit = call.integer(a[1]);
    append_attribute(
        links.attributes, "rel",
        relations(is_absent(a[4]) ? "" : call.string(a[4]), call.truth_or(a[2], false)));
    if (!is_absent(a[3])) append_attribute(links.attributes, "target", call.string(a[3]));
    if (!is_absent(a[5])) {
        for (const Value& scheme : to_list(render.arena(), a[5])) {
            require_scheme(call.string(scheme));
            links.schemes.push_back(scheme.as_string());
        }
    }
    const std::string_view text = render.escaped(a[0]).as_string();
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        std::size_t end = at;
        bool is_space = false;
        while (at < text.size() && !(is_space = unicode::is_space(unicode::decode(text, at))))
            end = at;
        const Word word = take_apart(text.substr(begin, end - begin));
        out += word.head;
        links.append_link(out, word.middle);
        out += word.tail;
        if (is_space) out += text.substr(end, at - end);
        require_room(render, out.size());
    }
    return render.string_for_output(out);
}

}  // namespace

Entries urlize_filters() {
    static constexpr NativeEntry entries[] = {{"urlize", filter_urlize}};
    return entries;
}

}  // namespace pottle::templating::library
