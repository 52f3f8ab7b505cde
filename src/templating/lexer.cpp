// SPDX-License-Identifier: MIT
/// \file
/// The template's text: where tags begin, white-space control, comments, raw blocks. What stands
/// inside tags is in tag_lexer.cpp.
#include "token.hpp"
#include "unicode.hpp"

#include <algorithm>

namespace pottle::templating {

namespace {

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

std::size_t rstrip(std::string_view source, std::size_t begin, std::size_t end) {
    return begin + unicode::strip_end(source.substr(begin, end - begin)).size();
}

}  // namespace

void fail_syntax(std::uint32_t offset, std::string message) {
    throw SyntaxMistake{offset, std::move(message)};
}

std::string normalize_source(std::string_view source, const Syntax& syntax) {
    std::string out;
    out.reserve(source.size());
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t end = std::min(source.find('\r', at), source.size());
        out.append(source, at, end - at);
        if (end == source.size()) break;
        out += '\n';
        at = end + (source.substr(end).starts_with("\r\n") ? 2 : 1);
    }
    if (!syntax.keep_trailing_newline && out.ends_with('\n')) out.pop_back();
    return out;
}

std::size_t Lexer::skip_space(std::size_t at) const {
    while (at < source_.size()) {
        std::size_t next = at;
        if (!unicode::is_space(unicode::decode(source_, next))) break;
        at = next;
    }
    return at;
}

char Lexer::sign_at(std::size_t at) const {
    return starts(at, "-") || starts(at, "+") ? source_[at] : '\0';
}

/// `{% raw %}` with its signs.
bool Lexer::raw_at(std::size_t at, Opening& found) const {
    if (!starts(at, syntax_.block_start)) return false;
    std::size_t next = at + syntax_.block_start.size();
    const char sign = sign_at(next);
    next = skip_space(next + (sign ? 1 : 0));
    if (!starts(next, "raw")) return false;
    next = skip_space(next + 3);
    if (starts(next, "-") && starts(next + 1, syntax_.block_end)) {
        next = skip_space(next + 1 + syntax_.block_end.size());
    } else if (starts(next, syntax_.block_end)) {
        next += syntax_.block_end.size();
    } else {
        return false;
    }
    found = {Opening::Kind::Raw, at, next, sign};
    return true;
}

bool Lexer::line_prefix_at(std::size_t at, std::string_view prefix, Opening::Kind kind,
                           Opening& found) const {
    if (prefix.empty() || (at && source_[at - 1] != '\n')) return false;
    std::size_t next = at;
    while (next < source_.size() &&
           (source_[next] == ' ' || source_[next] == '\t' || source_[next] == '\v'))
        ++next;
    if (!starts(next, prefix)) return false;
    next += prefix.size();
    const char sign = sign_at(next);
    found = {kind, at, next + (sign ? 1 : 0), sign};
    return true;
}

/// At the start of a line or behind something that is no space, spaces before it included.
bool Lexer::line_comment_at(std::size_t at, Opening& found) const {
    const std::string_view prefix = syntax_.line_comment_prefix;
    if (prefix.empty() || (at && source_[at - 1] != '\n' && is_space(source_[at - 1])))
        return false;
    std::size_t next = at;
    while (next < source_.size() && is_space(source_[next]) && source_[next] != '\n') ++next;
    if (!starts(next, prefix)) return false;
    next += prefix.size();
    const char sign = sign_at(next);
    found = {Opening::Kind::LineComment, at, next + (sign ? 1 : 0), sign};
    return true;
}

/// What begins at `at`: raw first, then the longest delimiter; of equally long ones the order is
/// Jinja's (by the names of its rules, backwards).
bool Lexer::open_at(std::size_t at, Opening& found) const {
    if (raw_at(at, found)) return true;
    bool any = false;
    std::size_t longest = 0;
    const auto offer = [&](std::string_view delimiter, const Opening& opening) {
        if (any && delimiter.size() <= longest) return;
        any = true;
        longest = delimiter.size();
        found = opening;
    };
    const auto plain = [&](std::string_view delimiter, Opening::Kind kind) {
        if (!starts(at, delimiter)) return;
        const std::size_t next = at + delimiter.size();
        const char sign = sign_at(next);
        offer(delimiter, {kind, at, next + (sign ? 1 : 0), sign});
    };
    Opening line{};
    plain(syntax_.variable_start, Opening::Kind::Variable);
    if (line_prefix_at(at, syntax_.line_statement_prefix, Opening::Kind::LineStatement, line))
        offer(syntax_.line_statement_prefix, line);
    if (line_comment_at(at, line)) offer(syntax_.line_comment_prefix, line);
    plain(syntax_.comment_start, Opening::Kind::Comment);
    plain(syntax_.block_start, Opening::Kind::Block);
    return any;
}

bool Lexer::find_opening(Opening& found) const {
    const bool lines =
        !syntax_.line_statement_prefix.empty() || !syntax_.line_comment_prefix.empty();
    const char first[] = {syntax_.block_start[0], syntax_.variable_start[0],
                          syntax_.comment_start[0], '\0'};
    for (std::size_t at = at_; at < source_.size(); ++at) {
        if (!lines) {
            at = source_.find_first_of(first, at);
            if (at == std::string_view::npos) return false;
        }
        if (open_at(at, found)) return true;
    }
    return false;
}

std::string_view Lexer::with_newlines(std::string_view text) {
    if (syntax_.newline_sequence == "\n" || text.find('\n') == std::string_view::npos) return text;
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += syntax_.newline_sequence;
        } else {
            out += c;
        }
    }
    return arena_.copy(out);
}

void Lexer::add_data(std::size_t begin, std::size_t end) {
    if (begin == end) return;
    tokens_.push_back({TokenKind::Data, static_cast<std::uint32_t>(begin),
                       with_newlines(source_.substr(begin, end - begin))});
}

void Lexer::add(TokenKind kind, std::size_t begin, std::size_t end) {
    tokens_.push_back(
        {kind, static_cast<std::uint32_t>(begin), source_.substr(begin, end - begin)});
}

void Lexer::moved(std::size_t from, std::size_t to) {
    if (to > from) line_starting_ = source_[to - 1] == '\n';
    at_ = to;
}

/// The text up to a tag, less what its sign or lstrip_blocks takes.
void Lexer::text_before(const Opening& opening) {
    std::size_t end = opening.begin;
    if (opening.sign == '-') {
        end = rstrip(source_, at_, end);
    } else if (opening.sign != '+' && syntax_.lstrip_blocks &&
               opening.kind != Opening::Kind::Variable) {
        std::size_t line = end;
        while (line > at_ && source_[line - 1] != '\n') --line;
        const bool starts_line = line > at_ || line_starting_;
        if (starts_line && rstrip(source_, line, end) == line) end = line;
    }
    add_data(at_, end);
    moved(at_, opening.end);
}

void Lexer::comment() {
    const std::string_view end = syntax_.comment_end;
    const std::size_t begin = at_;
    const std::size_t at = source_.find(end, begin);
    if (at == std::string_view::npos)
        fail_syntax(static_cast<std::uint32_t>(begin), "Missing end of comment tag");
    std::size_t next = at + end.size();
    const char sign = at > begin ? source_[at - 1] : '\0';
    if (sign == '-') {
        next = skip_space(next);
    } else if (sign != '+' && syntax_.trim_blocks && starts(next, "\n")) {
        ++next;
    }
    moved(begin, next);
}

void Lexer::raw(const Opening& opening) {
    const std::size_t begin = at_;
    for (std::size_t at = begin;
         (at = source_.find(syntax_.block_start, at)) != std::string_view::npos; ++at) {
        std::size_t next = at + syntax_.block_start.size();
        const char sign = sign_at(next);
        next = skip_space(next + (sign ? 1 : 0));
        if (!starts(next, "endraw")) continue;
        next = skip_space(next + 6);
        const char end_sign = sign_at(next);
        if (end_sign) ++next;
        if (!starts(next, syntax_.block_end)) continue;
        next += syntax_.block_end.size();
        if (end_sign == '-') {
            next = skip_space(next);
        } else if (!end_sign && syntax_.trim_blocks && starts(next, "\n")) {
            ++next;
        }
        // The text of the block is treated as text before a tag.
        text_before({Opening::Kind::Block, at, next, sign});
        return;
    }
    fail_syntax(static_cast<std::uint32_t>(opening.begin), "Missing end of raw directive");
}

void Lexer::line_comment() {
    const std::size_t end = std::min(source_.find('\n', at_), source_.size());
    moved(at_, end);
}

std::vector<Token> Lexer::run() {
    while (at_ < source_.size()) {
        Opening opening{};
        if (!find_opening(opening)) {
            add_data(at_, source_.size());
            break;
        }
        text_before(opening);
        switch (opening.kind) {
            case Opening::Kind::Raw:
                raw(opening);
                break;
            case Opening::Kind::Comment:
                comment();
                break;
            case Opening::Kind::LineComment:
                line_comment();
                break;
            case Opening::Kind::Variable:
                add(TokenKind::VariableBegin, opening.begin, opening.end);
                tag(TokenKind::VariableEnd, syntax_.variable_end, false, false);
                break;
            case Opening::Kind::Block:
                add(TokenKind::BlockBegin, opening.begin, opening.end);
                tag(TokenKind::BlockEnd, syntax_.block_end, true, false);
                break;
            case Opening::Kind::LineStatement:
                add(TokenKind::BlockBegin, opening.begin, opening.end);
                tag(TokenKind::BlockEnd, {}, false, true);
                break;
        }
    }
    // Jinja places the end of the template where its last token is.
    const std::size_t last = tokens_.empty() ? 0 : tokens_.back().offset;
    tokens_.push_back({TokenKind::End, static_cast<std::uint32_t>(last)});
    return std::move(tokens_);
}

}  // namespace pottle::templating
