// SPDX-License-Identifier: MIT
/// \file
/// Statements that define and fetch: blocks, extends, include, imports, macros and calls of them.
#include "during.hpp"
#include "parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

}  // namespace

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

}  // namespace pottle::templating
