// SPDX-License-Identifier: MIT
/// \file
/// Parser: tokens, nodes, assignment targets; and parse(), the way in.
#include "parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// How high a tree of expressions may be; the renderer recurses over it.
constexpr std::uint16_t kMaxHeight = 200;

std::string describe(const Token& token) {
    switch (token.kind) {
        case TokenKind::Data:
            return "template data / text";
        case TokenKind::VariableBegin:
            return "begin of print statement";
        case TokenKind::VariableEnd:
            return "end of print statement";
        case TokenKind::BlockBegin:
            return "begin of statement block";
        case TokenKind::BlockEnd:
            return "end of statement block";
        case TokenKind::String:
            return "string";
        case TokenKind::Integer:
            return "integer";
        case TokenKind::Float:
            return "float";
        case TokenKind::End:
            return "end of template";
        default:
            return std::string(token.text);
    }
}

std::string_view describe(TokenKind kind) {
    switch (kind) {
        case TokenKind::VariableEnd:
            return "end of print statement";
        case TokenKind::BlockEnd:
            return "end of statement block";
        case TokenKind::Name:
            return "name";
        default:
            return "token";
    }
}

}  // namespace

Parser::Level::Level(Parser& parser) : parser_(parser) {
    if (++parser_.level_ > parser_.program_.environment().options().limits.nesting) {
        --parser_.level_;
        throw SyntaxMistake{parser_.current().offset,
                            "the template is nested more deeply than Limits::nesting allows",
                            ErrorKind::Limit};
    }
}

Parser::Parser(Program& program, std::vector<Token> tokens)
    : program_(program), scopes_(program), tokens_(std::move(tokens)) {
    escape_ = program.escapes ? kEscapeOn : kEscapeOff;
}

void Parser::run() {
    scopes_.open_unit(Scopes::Lexical::Isolated);
    checks_extended_ = true;
    const std::vector<NodeId> nodes = statements({});
    if (scopes_.reads("self")) program_.units[0].self_slot = scopes_.parameter("self");
    program_.units[0].body = list(nodes);
    scopes_.close();
    for (const Unknown& unknown : unknown_) {
        if (unknown.is_soft) continue;
        fail_at(unknown.offset,
                fmt::format("No {} named '{}'.", unknown.is_filter ? "filter" : "test",
                            program_.functions[unknown.function].name));
    }
}

const Token& Parser::next() {
    const Token& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

bool Parser::is_any_name(Words words) const {
    return is(TokenKind::Name) &&
           std::find(words.begin(), words.end(), current().text) != words.end();
}

bool Parser::skip_operator(std::string_view text) {
    if (!is_operator(text)) return false;
    next();
    return true;
}

bool Parser::skip_name(std::string_view text) {
    if (!is_name(text)) return false;
    next();
    return true;
}

const Token& Parser::expect(TokenKind kind) {
    if (is(kind)) return next();
    if (is(TokenKind::End))
        fail(fmt::format("unexpected end of template, expected '{}'.", describe(kind)));
    fail(fmt::format("expected token '{}', got '{}'", describe(kind), describe(current())));
}

void Parser::expect_operator(std::string_view text) {
    if (skip_operator(text)) return;
    if (is(TokenKind::End)) fail(fmt::format("unexpected end of template, expected '{}'.", text));
    fail(fmt::format("expected token '{}', got '{}'", text, describe(current())));
}

void Parser::expect_name(std::string_view text) {
    if (skip_name(text)) return;
    fail(fmt::format("expected token '{}', got '{}'", text, describe(current())));
}

std::string_view Parser::name() {
    return expect(TokenKind::Name).text;
}

void Parser::fail(std::string message) const {
    fail_at(current().offset, std::move(message));
}

void Parser::fail_at(std::uint32_t offset, std::string message) const {
    fail_syntax(offset, std::move(message));
}

NodeId Parser::make(NodeKind kind, std::uint32_t offset, std::uint32_t a, std::uint32_t b,
                    std::uint32_t c, std::uint8_t flags) {
    program_.nodes.push_back({kind, flags, offset, a, b, c, 0});
    heights_.push_back(1);
    return static_cast<NodeId>(program_.nodes.size() - 1);
}

NodeId Parser::above(NodeId id, std::span<const NodeId> children) {
    std::uint16_t height = 0;
    for (const NodeId child : children) height = std::max(height, heights_[child]);
    if (height >= kMaxHeight)
        throw SyntaxMistake{at(id).offset, "the expression has too many operators in a row",
                            ErrorKind::Limit};
    heights_[id] = static_cast<std::uint16_t>(height + 1);
    return id;
}

std::uint32_t Parser::list(const std::vector<std::uint32_t>& items) {
    if (items.empty()) return 0;
    const auto index = static_cast<std::uint32_t>(program_.extra.size());
    program_.extra.push_back(static_cast<std::uint32_t>(items.size()));
    program_.extra.insert(program_.extra.end(), items.begin(), items.end());
    return index;
}

std::uint32_t Parser::constant(const Value& value) {
    program_.constants.push_back(value);
    return static_cast<std::uint32_t>(program_.constants.size() - 1);
}

std::uint32_t Parser::name_index(std::string_view text) {
    const auto found = std::find(program_.names.begin(), program_.names.end(), text);
    if (found != program_.names.end())
        return static_cast<std::uint32_t>(found - program_.names.begin());
    program_.names.push_back(text);
    return static_cast<std::uint32_t>(program_.names.size() - 1);
}

NodeId Parser::text_node(std::uint32_t offset, std::string_view text) {
    return make(NodeKind::Constant, offset, constant(Value::string(text)));
}

NodeId Parser::name_node(std::uint32_t offset, std::string_view text) {
    const NodeId node = make(NodeKind::ContextName, offset, 0, name_index(text));
    scopes_.load(node, text);
    return node;
}

// --- targets ---

Parser::Target Parser::name_target() {
    const Token& token = expect(TokenKind::Name);
    constexpr std::string_view reserved[] = {"true", "false", "none", "True", "False", "None"};
    if (std::find(std::begin(reserved), std::end(reserved), token.text) != std::end(reserved))
        fail_at(token.offset, "can't assign to 'const'");
    return {TargetKind::Name, token.offset, token.text};
}

Parser::Target Parser::target_item(std::string_view end_name) {
    const Level level(*this);
    if (!skip_operator("(")) {
        if (!is(TokenKind::Name)) fail(fmt::format("can't assign to '{}'", describe(current())));
        return name_target();
    }
    Target inner = target(end_name, false);
    expect_operator(")");
    return inner;
}

/// A name, `ns.attribute`, or names with commas, which may be in parentheses.
Parser::Target Parser::target(std::string_view end_name, bool with_namespace) {
    if (with_namespace && is(TokenKind::Name) && look().kind == TokenKind::Operator &&
        look().text == ".") {
        Target made{TargetKind::Namespace, current().offset, name()};
        next();
        made.attribute = name();
        return made;
    }
    Target made{TargetKind::Tuple, current().offset};
    bool is_tuple = false;
    while (true) {
        if (!made.items.empty()) expect_operator(",");
        if (at_tuple_end(end_name) || is_operator("=")) break;
        made.items.push_back(target_item(end_name));
        if (!is_operator(",")) break;
        is_tuple = true;
    }
    if (is_tuple) return made;
    if (made.items.empty())
        fail(fmt::format("Expected an expression, got '{}'", describe(current())));
    Target only = std::move(made.items[0]);
    return only;
}

NodeId Parser::bind_name(std::uint32_t offset, std::string_view text, Bind how,
                         std::uint8_t flags) {
    const std::uint32_t slot =
        how == Bind::Parameter ? scopes_.parameter(text) : scopes_.store(text);
    if (text.starts_with('_')) flags = static_cast<std::uint8_t>(flags & ~kExported);
    return make(NodeKind::TargetName, offset, slot, name_index(text), 0, flags);
}

NodeId Parser::bind(const Target& wanted, Bind how) {
    switch (wanted.kind) {
        case TargetKind::Name: {
            const bool is_visible = top_level_ && how == Bind::Store;
            return bind_name(wanted.offset, wanted.name, how,
                             is_visible ? kVisible | kExported : 0);
        }
        case TargetKind::Namespace: {
            const NodeId owner = name_node(wanted.offset, wanted.name);
            return make(NodeKind::TargetNamespace, wanted.offset, owner,
                        name_index(wanted.attribute));
        }
        case TargetKind::Tuple:
            break;
    }
    std::vector<NodeId> items;
    for (const Target& item : wanted.items) items.push_back(bind(item, how));
    return make(NodeKind::TargetTuple, wanted.offset, list(items));
}

// --- the way in ---

namespace {

/// What the nodes and texts of a template may take for each byte of its source.
constexpr ByteCount kMemoryFactor = 16;

}  // namespace

TemplateHandle parse(const Environment& environment, std::string_view name, std::string_view source,
                     std::uint64_t version) {
    const Options& options = environment.options();
    auto handle = Shared<Program>::make(environment, std::string(name),
                                        64_KiB + kMemoryFactor * options.limits.source);
    Program& program = *handle;
    program.version = version;
    try {
        if (source.size() > options.limits.source)
            throw SyntaxMistake{0, "the template is longer than Limits::source allows",
                                ErrorKind::Limit};
        program.source = normalize_source(source, options.syntax);
        const auto by_name =
            options.select_autoescape ? options.select_autoescape : &escapes_by_name;
        program.escapes = options.autoescape == Autoescape::Always ||
                          (options.autoescape == Autoescape::ByName && by_name(name));
        Parser(program, Lexer(program.source, options.syntax, program.arena).run()).run();
    } catch (const SyntaxMistake& mistake) {
        TemplateError error(mistake.kind, mistake.message);
        error.add_place(program.place(mistake.offset), program.source);
        throw error;
    }
    program.nodes.shrink_to_fit();
    program.extra.shrink_to_fit();
    program.constants.shrink_to_fit();
    program.names.shrink_to_fit();
    program.functions.shrink_to_fit();
    program.arguments.shrink_to_fit();
    program.units.shrink_to_fit();
    program.loops.shrink_to_fit();
    program.blocks.shrink_to_fit();
    program.macros.shrink_to_fit();
    return TemplateHandle(std::move(handle));
}

}  // namespace pottle::templating
