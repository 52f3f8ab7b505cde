// SPDX-License-Identifier: MIT
/// \file
/// Statements: what stands between {% and %}, and the text between tags.
#include "parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// Sets a variable for as long as it lives.
template <class T>
class During {
public:
    During(T& variable, T value) : variable_(variable), before_(variable) { variable_ = value; }
    ~During() { variable_ = before_; }
    During(const During&) = delete;
    During& operator=(const During&) = delete;

private:
    T& variable_;
    T before_;
};

bool is_name_node(const Node& node) {
    return node.kind == NodeKind::ContextName || node.kind == NodeKind::LocalName ||
           node.kind == NodeKind::Name;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

}  // namespace

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

NodeId Parser::block_statement() {
    const std::uint32_t offset = next().offset;
    BlockInfo block{name(), 0, offset};
    std::uint8_t flags = top_level_ ? kTopLevel : 0;
    if (skip_name("scoped")) flags |= kScoped;
    if (skip_name("required")) flags |= kRequired;
    if (is_operator("-"))
        fail(
            "Block names in Jinja have to be valid Python identifiers and may not contain "
            "hyphens, use an underscore instead.");
    if (program_.find_block(block.name))
        fail_at(offset, fmt::format("block '{}' defined twice", block.name));
    const auto index = static_cast<std::uint32_t>(program_.blocks.size());
    program_.blocks.push_back(block);
    const std::uint32_t visible = flags & kScoped ? scopes_.visible() : 0;

    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    const During no_check(checks_extended_, false);
    const During no_loops(loops_, std::uint32_t{0});
    const During escape(escape_, program_.escapes ? kEscapeOn : kEscapeOff);
    const std::uint32_t unit = scopes_.open_unit(Scopes::Lexical::Isolated);
    program_.blocks[index].unit = unit;
    const std::size_t first_token = at_;
    const std::uint32_t nodes = body({"endblock"}, true);
    if (flags & kRequired) {
        const bool blank = std::all_of(program_.list(nodes).begin(), program_.list(nodes).end(),
                                       [this](NodeId id) {
                                           const Node& node = program_.node(id);
                                           return node.kind == NodeKind::Data &&
                                                  is_blank(program_.constants[node.a].as_string());
                                       });
        if (!blank)
            fail_at(tokens_[first_token].offset,
                    "Required blocks can only contain comments or whitespace");
    }
    if (scopes_.reads("self")) program_.units[unit].self_slot = scopes_.parameter("self");
    if (scopes_.reads("super")) program_.units[unit].super_slot = scopes_.parameter("super");
    program_.units[unit].body = nodes;
    scopes_.close();
    if (is(TokenKind::Name) && current().text == block.name) next();
    return make(NodeKind::Block, offset, index, visible, 0, flags);
}

NodeId Parser::extends_statement() {
    const std::uint32_t offset = next().offset;
    if (!top_level_) fail_at(offset, "cannot use extend from a non top-level scope");
    return make(NodeKind::Extends, offset, expression());
}

std::uint8_t Parser::import_context(bool otherwise) {
    if (is_any_name({"with", "without"}) && look().kind == TokenKind::Name &&
        look().text == "context") {
        const bool with = next().text == "with";
        next();
        return with ? kWithContext : 0;
    }
    return otherwise ? kWithContext : 0;
}

NodeId Parser::include_statement() {
    const std::uint32_t offset = next().offset;
    const NodeId wanted = expression();
    std::uint8_t flags = 0;
    if (is_name("ignore") && look().text == "missing") {
        next();
        next();
        flags = kIgnoreMissing;
    }
    flags |= import_context(true);
    return make(NodeKind::Include, offset, wanted, flags & kWithContext ? scopes_.visible() : 0, 0,
                flags);
}

NodeId Parser::import_statement() {
    const std::uint32_t offset = next().offset;
    const NodeId wanted = expression();
    expect_name("as");
    const Target alias = name_target();
    const std::uint8_t flags = import_context(false);
    const std::uint32_t visible = flags & kWithContext ? scopes_.visible() : 0;
    const NodeId bound =
        bind_name(alias.offset, alias.name, Bind::Store, top_level_ ? kVisible : 0);
    return make(NodeKind::Import, offset, wanted, visible, bound, flags);
}

NodeId Parser::from_statement() {
    const std::uint32_t offset = next().offset;
    const NodeId wanted = expression();
    expect_name("import");
    std::vector<std::pair<std::string_view, Target>> names;
    std::optional<std::uint8_t> flags;
    const auto context = [&] {
        if (!is_any_name({"with", "without"}) || look().text != "context") return false;
        flags = import_context(false);
        return true;
    };
    while (true) {
        if (!names.empty()) expect_operator(",");
        if (!is(TokenKind::Name)) expect(TokenKind::Name);
        if (context()) break;
        const Target imported = name_target();
        if (imported.name.starts_with('_'))
            fail_at(imported.offset, "names starting with an underline can not be imported");
        names.emplace_back(imported.name, skip_name("as") ? name_target() : imported);
        if (context() || !is_operator(",")) break;
    }
    const std::uint32_t visible = flags.value_or(0) & kWithContext ? scopes_.visible() : 0;
    std::vector<std::uint32_t> pairs;
    for (const auto& [imported, alias] : names) {
        pairs.push_back(name_index(imported));
        pairs.push_back(
            bind_name(alias.offset, alias.name, Bind::Store, top_level_ ? kVisible : 0));
    }
    return make(NodeKind::FromImport, offset, wanted, visible, list(pairs), flags.value_or(0));
}

void Parser::signature(MacroInfo& macro) {
    expect_operator("(");
    while (!is_operator(")")) {
        if (!macro.parameters.empty()) expect_operator(",");
        const Target parameter = name_target();
        if (std::find(macro.parameters.begin(), macro.parameters.end(), parameter.name) !=
            macro.parameters.end())
            fail_at(parameter.offset,
                    fmt::format("duplicate argument '{}' in the definition", parameter.name));
        if (parameter.name == "caller") macro.explicit_caller = true;
        macro.parameters.push_back(parameter.name);
        scopes_.parameter(parameter.name);
        if (skip_operator("=")) {
            macro.defaults.push_back(expression());
        } else if (!macro.defaults.empty()) {
            fail("non-default argument follows default argument");
        }
    }
    expect_operator(")");
}

/// Fills in the rest of a macro whose unit is open, and closes it.
void Parser::macro_body(MacroInfo& macro, std::string_view end) {
    const During not_top(top_level_, false);
    const During not_soft(is_soft_, false);
    const During no_check(checks_extended_, false);
    const During no_loops(loops_, std::uint32_t{0});
    const std::size_t first_node = program_.nodes.size();
    program_.units[macro.unit].body = body({end}, true);
    // `caller`, `kwargs` and `varargs` are parameters where the body reads them, be it in a macro
    // inside of it.
    const auto reads = [&](std::string_view special) {
        if (std::find(macro.parameters.begin(), macro.parameters.end(), special) !=
            macro.parameters.end())
            return false;
        const std::uint32_t wanted = name_index(special);
        for (std::size_t i = first_node; i < program_.nodes.size(); ++i) {
            const Node& node = program_.nodes[i];
            if (is_name_node(node) && node.b == wanted) return true;
        }
        return false;
    };
    if (reads("caller")) macro.caller_slot = scopes_.parameter("caller");
    if (reads("kwargs")) macro.kwargs_slot = scopes_.parameter("kwargs");
    if (reads("varargs")) macro.varargs_slot = scopes_.parameter("varargs");
    scopes_.close();
}

NodeId Parser::macro_statement() {
    const std::uint32_t offset = next().offset;
    const Target wanted = name_target();
    const auto index = static_cast<std::uint32_t>(program_.macros.size());
    program_.macros.emplace_back();
    MacroInfo macro;
    macro.name = wanted.name;
    // The name is known inside, so that a macro can call itself.
    const NodeId bound = bind(wanted, Bind::Store);
    macro.unit = scopes_.open_unit(Scopes::Lexical::Nested);
    signature(macro);
    macro_body(macro, "endmacro");
    const bool needs_default =
        macro.explicit_caller &&
        std::find(macro.parameters.end() - static_cast<std::ptrdiff_t>(macro.defaults.size()),
                  macro.parameters.end(), "caller") == macro.parameters.end();
    if (needs_default)
        fail_at(offset,
                "When defining macros or call blocks the special \"caller\" argument must "
                "be omitted or be given a default.");
    program_.macros[index] = std::move(macro);
    return make(NodeKind::Macro, offset, index, 0, bound);
}

NodeId Parser::call_statement() {
    const std::uint32_t offset = next().offset;
    const auto index = static_cast<std::uint32_t>(program_.macros.size());
    program_.macros.emplace_back();
    MacroInfo macro;
    macro.unit = scopes_.open_unit(Scopes::Lexical::Nested);
    if (is_operator("(")) signature(macro);
    auto* const inside = scopes_.leave_unit();
    const NodeId called = expression();
    if (at(called).kind != NodeKind::Call) fail_at(offset, "expected call");
    scopes_.return_to(inside);
    macro_body(macro, "endcall");
    program_.macros[index] = std::move(macro);
    return make(NodeKind::CallBlock, offset, index, called);
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
