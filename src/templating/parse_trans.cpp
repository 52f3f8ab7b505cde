// SPDX-License-Identifier: MIT
/// \file
/// {% trans %}: becomes a call of gettext() or ngettext(), as Jinja's extension makes it. The old
/// style formats the translation with %, the new one hands the variables to the function.
#include "parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

struct Parser::Trans {
    struct Variable {
        std::string_view name;
        NodeId value;
    };
    std::uint32_t offset = 0;
    std::optional<std::string_view> context = {};
    std::vector<Variable> variables = {};
    bool trimmed = false;
    NodeId count = 0;
    bool count_is_num = false;  ///< the variable that counts is called `num`
    Message singular = {};
    std::optional<Message> plural = {};

    Variable* find(std::string_view name) {
        const auto found = std::find_if(variables.begin(), variables.end(),
                                        [name](const Variable& v) { return v.name == name; });
        return found == variables.end() ? nullptr : &*found;
    }
};

namespace {

std::string replace_percents(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%') ++i;
    }
    return out;
}

/// Runs of white space with a newline in them become one space; the ends are stripped.
std::string trim_lines(std::string_view text) {
    constexpr std::string_view space = " \t\n\r\f\v";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin, text.find_last_not_of(space) - begin + 1);
    std::string out;
    while (!text.empty()) {
        const std::size_t run = text.find_first_of(space);
        out += text.substr(0, run);
        if (run == std::string_view::npos) break;
        text.remove_prefix(run);
        const std::size_t end = text.find_first_not_of(space);
        const std::string_view gap = text.substr(0, end);
        if (gap.find('\n') == std::string_view::npos) {
            out += gap;
        } else {
            out += ' ';
        }
        text.remove_prefix(gap.size());
    }
    return out;
}

}  // namespace

/// `trans ["context"] [trimmed|notrimmed] [name[=value], ...]`.
void Parser::trans_head(Trans& trans) {
    trans.trimmed = program_.environment().options().extensions.trimmed;
    if (is(TokenKind::String)) trans.context = next().text;
    bool trim_seen = false;
    while (!is(TokenKind::BlockEnd)) {
        if (!trans.variables.empty()) expect_operator(",");
        if (skip_operator(":")) break;
        const Token token = expect(TokenKind::Name);
        if (trans.find(token.text))
            fail_at(token.offset,
                    fmt::format("translatable variable '{}' defined twice.", token.text));
        NodeId value = 0;
        if (skip_operator("=")) {
            value = expression();
        } else if (!trim_seen && (token.text == "trimmed" || token.text == "notrimmed")) {
            trans.trimmed = token.text == "trimmed";
            trim_seen = true;
            continue;
        } else {
            value = name_node(token.offset, token.text);
        }
        trans.variables.push_back({token.text, value});
        if (!trans.count) {
            trans.count = value;
            trans.count_is_num = token.text == "num";
        }
    }
    expect(TokenKind::BlockEnd);
}

/// Text and plain variables up to the next tag, which is left as the current token.
Parser::Message Parser::trans_body(bool allow_pluralize) {
    Message message;
    while (true) {
        if (is(TokenKind::Data)) {
            for (const char c : next().text) {
                message.text += c;
                if (c == '%') message.text += c;
            }
        } else if (is(TokenKind::VariableBegin)) {
            next();
            const std::string_view variable = name();
            message.names.push_back(variable);
            message.text += fmt::format("%({})s", variable);
            expect(TokenKind::VariableEnd);
        } else if (is(TokenKind::BlockBegin)) {
            next();
            if (is_name("endtrans") || (is_name("pluralize") && allow_pluralize)) return message;
            fail(is_name("pluralize")
                     ? "a translatable section can have only one pluralize section"
                     : "control structures in translatable sections are not allowed");
        } else {
            fail("unclosed translation block");
        }
    }
}

NodeId Parser::trans_call(const Trans& trans) {
    const bool newstyle = program_.environment().options().extensions.newstyle_gettext;
    const bool has_names =
        !trans.singular.names.empty() || (trans.plural && !trans.plural->names.empty());
    const auto text = [&](const Message& message) {
        std::string made = message.text;
        if (trans.trimmed) made = trim_lines(made);
        // Nothing will format the translation, so it keeps its percent signs.
        if (!has_names && !newstyle) made = replace_percents(made);
        return text_node(trans.offset, program_.arena.copy(made));
    };
    ArgumentsInfo arguments;
    std::string function = trans.plural ? "ngettext" : "gettext";
    if (trans.context) {
        function.insert(0, "p");
        if (trans.plural) function = "npgettext";
        arguments.positional.push_back(text_node(trans.offset, *trans.context));
    }
    arguments.positional.push_back(text(trans.singular));
    if (trans.plural) {
        arguments.positional.push_back(text(*trans.plural));
        arguments.positional.push_back(trans.count);
    }
    if (newstyle) {
        for (const Trans::Variable& variable : trans.variables)
            if (!(trans.plural && trans.count_is_num && variable.name == "num"))
                arguments.keywords.push_back({variable.name, variable.value});
    }
    const NodeId callee = name_node(trans.offset, program_.arena.copy(function));
    const NodeId called =
        make(NodeKind::Call, trans.offset, callee, add_arguments(std::move(arguments)));
    if (newstyle) return called;
    const NodeId safe = make(NodeKind::MarkSafe, trans.offset, called);
    if (trans.variables.empty()) return safe;
    std::vector<NodeId> pairs;
    for (const Trans::Variable& variable : trans.variables) {
        pairs.push_back(text_node(trans.offset, variable.name));
        pairs.push_back(variable.value);
    }
    const NodeId values = make(NodeKind::Dict, trans.offset, list(pairs));
    return binary(Operator::Modulo, trans.offset, safe, values);
}

void Parser::trans_statement(std::vector<NodeId>& out) {
    Trans trans{.offset = next().offset};
    trans_head(trans);
    trans.singular = trans_body(true);
    if (!trans.count && !trans.singular.names.empty()) {
        const std::string_view first = trans.singular.names[0];
        trans.count = name_node(trans.offset, first);
        trans.count_is_num = first == "num";
    }
    if (skip_name("pluralize")) {
        if (!is(TokenKind::BlockEnd)) {
            const Token token = expect(TokenKind::Name);
            const Trans::Variable* const counted = trans.find(token.text);
            if (!counted)
                fail_at(token.offset,
                        fmt::format("unknown variable '{}' for pluralization", token.text));
            trans.count = counted->value;
            trans.count_is_num = token.text == "num";
        }
        expect(TokenKind::BlockEnd);
        trans.plural = trans_body(false);
        if (!trans.count) fail_at(trans.offset, "pluralize without variables");
    }
    next();  // endtrans
    const auto declare = [&](const Message& message) {
        for (const std::string_view name : message.names)
            if (!trans.find(name)) trans.variables.push_back({name, name_node(trans.offset, name)});
    };
    declare(trans.singular);
    if (trans.plural) declare(*trans.plural);
    print(out, trans_call(trans), trans.offset);
}

}  // namespace pottle::templating
