// SPDX-License-Identifier: MIT
/// \file
/// Statements: what stands between {% and %}, and the text between tags.
#include "during.hpp"
#include "parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

std::string Parser::looking_for() const {
    std::string text;
    for (const std::string_view word : ends_.back()) {
        if (!text.empty()) text += " or ";
        text += fmt::format("'{}'", word);
    }
    return text;
}

void Parser::fail_unknown_tag(std::string_view tag, std::uint32_t offset) const {
    std::string message = fmt::format("Encountered unknown tag '{}'.", tag);
    if (!ends_.empty()) {
        const bool expected = std::any_of(ends_.begin(), ends_.end(), [tag](const auto& words) {
            return std::find(words.begin(), words.end(), tag) != words.end();
        });
        message += expected ? " You probably made a nesting mistake. Jinja is expecting this tag, "
                              "but currently looking for "
                            : " Jinja was looking for the following tags: ";
        message += looking_for() + ".";
    }
    if (!tags_.empty())
        message +=
            fmt::format(" The innermost block that needs to be closed is '{}'.", tags_.back());
    fail_at(offset, message);
}

void Parser::fail_end(Words ends) const {
    std::string message = "Unexpected end of template. Jinja was looking for the following tags: ";
    bool first = true;
    for (const std::string_view word : ends) {
        message += fmt::format("{}'{}'", first ? "" : " or ", word);
        first = false;
    }
    message += ".";
    if (!tags_.empty())
        message +=
            fmt::format(" The innermost block that needs to be closed is '{}'.", tags_.back());
    fail(message);
}

/// Behind the head of a statement: its end and the nodes up to one of the words, which stays the
/// current token unless it is dropped.
std::uint32_t Parser::body(Words ends, bool drop_end) {
    skip_operator(":");
    expect(TokenKind::BlockEnd);
    const std::vector<NodeId> nodes = statements(ends);
    if (is(TokenKind::End)) fail_end(ends);
    if (drop_end) next();
    return list(nodes);
}

std::vector<NodeId> Parser::statements(Words ends) {
    const Level level(*this);
    if (ends.size()) ends_.emplace_back(ends);
    std::vector<NodeId> nodes;
    while (!is(TokenKind::End)) {
        const Token token = next();
        if (token.kind == TokenKind::Data) {
            const std::uint8_t flags = checks_extended_ ? kUnlessExtended : 0;
            nodes.push_back(make(NodeKind::Data, token.offset, constant(Value::string(token.text)),
                                 0, 0, flags));
        } else if (token.kind == TokenKind::VariableBegin) {
            const std::uint32_t offset = current().offset;
            print(nodes, tuple(), offset);
            expect(TokenKind::VariableEnd);
        } else {
            if (ends.size() && is_any_name(ends)) break;
            statement(nodes);
            expect(TokenKind::BlockEnd);
        }
    }
    if (ends.size()) ends_.pop_back();
    return nodes;
}

void Parser::print(std::vector<NodeId>& out, NodeId printed, std::uint32_t offset) {
    const std::uint8_t check = checks_extended_ ? kUnlessExtended : 0;
    out.push_back(make(NodeKind::Print, offset, printed, 0, 0, escape_flags() | check));
}

void Parser::statement(std::vector<NodeId>& out) {
    const Token token = current();
    if (token.kind != TokenKind::Name) fail("tag name expected");
    const Extensions& extensions = program_.environment().options().extensions;
    const std::string_view tag = token.text;
    tags_.push_back(tag);
    if (tag == "if") {
        out.push_back(if_statement());
    } else if (tag == "for") {
        out.push_back(for_statement());
    } else if (tag == "set") {
        out.push_back(set_statement());
    } else if (tag == "block") {
        out.push_back(block_statement());
    } else if (tag == "extends") {
        out.push_back(extends_statement());
    } else if (tag == "include") {
        out.push_back(include_statement());
    } else if (tag == "import") {
        out.push_back(import_statement());
    } else if (tag == "from") {
        out.push_back(from_statement());
    } else if (tag == "macro") {
        out.push_back(macro_statement());
    } else if (tag == "call") {
        out.push_back(call_statement());
    } else if (tag == "filter") {
        out.push_back(filter_statement());
    } else if (tag == "with") {
        out.push_back(with_statement());
    } else if (tag == "autoescape") {
        out.push_back(autoescape_statement());
    } else if (tag == "print") {
        print_statement(out);
    } else if (tag == "do" && extensions.do_statement) {
        out.push_back(do_statement());
    } else if ((tag == "break" || tag == "continue") && extensions.loop_controls) {
        out.push_back(loop_control());
    } else if (tag == "trans" && extensions.i18n) {
        trans_statement(out);
    } else {
        tags_.pop_back();
        fail_unknown_tag(tag, token.offset);
    }
    tags_.pop_back();
}

NodeId Parser::if_statement() {
    const During soft(is_soft_, true);
    const std::uint32_t offset = next().offset;
    std::vector<std::uint32_t> branches;
    std::uint32_t otherwise = 0;
    while (true) {
        branches.push_back(tuple(Inline::No));
        branches.push_back(body({"elif", "else", "endif"}, false));
        const std::string_view word = next().text;
        if (word == "elif") continue;
        if (word == "else") otherwise = body({"endif"}, true);
        break;
    }
    return make(NodeKind::If, offset, list(branches), otherwise);
}

/// The variable `loop` cannot be set inside of a loop.
void Parser::refuse_loop(const Target& wanted) const {
    if (wanted.kind == TargetKind::Name && wanted.name == "loop")
        fail_at(wanted.offset, "Can't assign to special loop variable in for-loop target");
    for (const Target& item : wanted.items) refuse_loop(item);
}

/// Whether the head of the loop that is being read ends with the word `recursive`.
bool Parser::head_is_recursive() const {
    std::size_t end = at_;
    while (tokens_[end].kind != TokenKind::BlockEnd && tokens_[end].kind != TokenKind::End) ++end;
    if (end > at_ && tokens_[end - 1].text == ":") --end;
    return end > at_ && tokens_[end - 1].kind == TokenKind::Name &&
           tokens_[end - 1].text == "recursive";
}

/// Whether one of the nodes from `first` on reads `loop`, or may hand it to a scoped block.
bool Parser::uses_loop(std::size_t first) {
    const std::uint32_t wanted = name_index("loop");
    return std::any_of(program_.nodes.begin() + static_cast<std::ptrdiff_t>(first),
                       program_.nodes.end(), [wanted](const Node& node) {
                           return is_name_node(node)
                                      ? node.b == wanted
                                      : node.kind == NodeKind::Block && (node.flags & kScoped);
                       });
}

/// The body has a scope inside that of the target: the test sees the target, and not `loop`.
void Parser::for_body(ForInfo& info) {
    const During inside(loops_, loops_ + 1);
    scopes_.open_scope();
    const std::uint32_t loop_slot = scopes_.parameter("loop");
    const std::size_t first = program_.nodes.size();
    info.body = body({"endfor", "else"}, false);
    if (info.recursive || uses_loop(first)) info.loop_slot = loop_slot;
    info.clear = scopes_.slots_to_clear();
    scopes_.close();
}

NodeId Parser::for_statement() {
    const std::uint32_t offset = next().offset;
    const Target wanted = target("in", false);
    refuse_loop(wanted);
    const During inside(for_statements_, for_statements_ + 1);
    expect_name("in");
    const NodeId iterable = tuple(Inline::No, "recursive");
    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    ForInfo info;
    info.recursive = head_is_recursive();
    if (info.recursive) {
        info.unit = scopes_.open_unit(Scopes::Lexical::Nested);
    } else {
        scopes_.open_scope();
    }
    const NodeId bound = bind(wanted, Bind::Parameter);
    if (skip_name("if")) info.test = expression();
    skip_name("recursive");
    for_body(info);
    const bool has_else = next().text == "else";
    if (!info.recursive) scopes_.close();
    if (has_else) {
        scopes_.open_scope();
        info.otherwise = body({"endfor"}, true);
        info.clear_otherwise = scopes_.slots_to_clear();
        scopes_.close();
    }
    if (info.recursive) scopes_.close();
    program_.loops.push_back(info);
    return make(NodeKind::For, offset, bound, iterable,
                static_cast<std::uint32_t>(program_.loops.size() - 1), escape_flags());
}

NodeId Parser::set_statement() {
    const std::uint32_t offset = next().offset;
    const Target wanted = target({}, true);
    if (for_statements_) refuse_loop(wanted);
    if (skip_operator("=")) {
        const NodeId value = tuple();
        return make(NodeKind::Set, offset, bind(wanted, Bind::Store), value);
    }
    std::uint32_t nodes = 0;
    std::uint32_t clear = 0;
    NodeId filtered = 0;
    {
        const During not_top(top_level_, false);
        const During not_soft(is_soft_, false);
        const During no_check(checks_extended_, false);
        scopes_.open_scope();
        if (is_operator("|")) {
            const NodeId input = make(NodeKind::FilterInput, offset, 0, 0, 0, escape_flags());
            filtered = filter(input);
        }
        nodes = body({"endset"}, true);
        clear = scopes_.slots_to_clear();
        scopes_.close();
    }
    const NodeId node =
        make(NodeKind::SetBlock, offset, bind(wanted, Bind::Store), nodes, filtered);
    at(node).d = clear;
    return node;
}

NodeId Parser::with_statement() {
    const std::uint32_t offset = next().offset;
    std::vector<Target> targets;
    std::vector<NodeId> values;
    while (!is(TokenKind::BlockEnd)) {
        if (is(TokenKind::End))
            fail("unexpected end of template, expected 'end of statement block'.");
        if (!targets.empty()) expect_operator(",");
        targets.push_back(target({}, false));
        expect_operator("=");
        values.push_back(expression());
    }
    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    scopes_.open_scope();
    std::vector<std::uint32_t> pairs;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        pairs.push_back(bind(targets[i], Bind::Parameter));
        pairs.push_back(values[i]);
    }
    const std::uint32_t nodes = body({"endwith"}, true);
    const NodeId node = make(NodeKind::With, offset, list(pairs), nodes);
    at(node).d = scopes_.slots_to_clear();
    scopes_.close();
    return node;
}

NodeId Parser::filter_statement() {
    const std::uint32_t offset = next().offset;
    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    scopes_.open_scope();
    const NodeId input = make(NodeKind::FilterInput, offset, 0, 0, 0, escape_flags());
    const NodeId filtered = filter(input, true);
    const std::uint32_t nodes = body({"endfilter"}, true);
    const NodeId node = make(NodeKind::FilterBlock, offset, filtered, nodes);
    at(node).d = scopes_.slots_to_clear();
    scopes_.close();
    return node;
}

NodeId Parser::autoescape_statement() {
    const std::uint32_t offset = next().offset;
    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    scopes_.open_scope();
    const NodeId value = expression();
    std::uint8_t escape = kEscapeDynamic;
    if (at(value).kind == NodeKind::Constant && escape_ != kEscapeDynamic)
        escape = truth(program_.constants[at(value).a]) ? kEscapeOn : kEscapeOff;
    const During changed(escape_, escape);
    const std::uint32_t nodes = body({"endautoescape"}, true);
    const NodeId node = make(NodeKind::Autoescape, offset, value, nodes);
    at(node).d = scopes_.slots_to_clear();
    scopes_.close();
    return node;
}

void Parser::print_statement(std::vector<NodeId>& out) {
    next();
    bool is_first = true;
    while (!is(TokenKind::BlockEnd)) {
        if (!is_first) expect_operator(",");
        is_first = false;
        const std::uint32_t offset = current().offset;
        print(out, expression(), offset);
    }
}

NodeId Parser::do_statement() {
    const std::uint32_t offset = next().offset;
    return make(NodeKind::Do, offset, tuple());
}

NodeId Parser::loop_control() {
    const Token token = next();
    if (!loops_) fail_at(token.offset, fmt::format("'{}' outside loop", token.text));
    return make(token.text == "break" ? NodeKind::Break : NodeKind::Continue, token.offset);
}

}  // namespace pottle::templating
