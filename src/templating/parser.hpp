// SPDX-License-Identifier: MIT
/// \file
/// Parser: tokens to a Program, in one pass, by recursive descent as Jinja's. Expressions are in
/// parse_expression.cpp, statements in parse_statement.cpp, translations in parse_trans.cpp.
#pragma once

#include "program.hpp"
#include "scopes.hpp"
#include "token.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::templating {

inline bool is_name_node(const Node& node) {
    return node.kind == NodeKind::ContextName || node.kind == NodeKind::LocalName ||
           node.kind == NodeKind::Name;
}

class Parser {
public:
    Parser(Program& program, std::vector<Token> tokens);
    /// Fills the program. Throws SyntaxMistake.
    void run();

private:
    using Words = std::initializer_list<std::string_view>;

    // --- tokens ---
    const Token& current() const { return tokens_[at_]; }
    const Token& look() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    const Token& next();
    bool is(TokenKind kind) const { return current().kind == kind; }
    bool is_operator(std::string_view text) const {
        return is(TokenKind::Operator) && current().text == text;
    }
    bool is_name(std::string_view text) const {
        return is(TokenKind::Name) && current().text == text;
    }
    bool is_any_name(Words words) const;
    bool skip_operator(std::string_view text);
    bool skip_name(std::string_view text);
    const Token& expect(TokenKind kind);
    void expect_operator(std::string_view text);
    void expect_name(std::string_view text);
    std::string_view name();
    [[noreturn]] void fail(std::string message) const;
    [[noreturn]] void fail_at(std::uint32_t offset, std::string message) const;

    // --- nodes ---
    NodeId make(NodeKind kind, std::uint32_t offset, std::uint32_t a = 0, std::uint32_t b = 0,
                std::uint32_t c = 0, std::uint8_t flags = 0);
    Node& at(NodeId id) { return program_.nodes[id]; }
    /// Notes that `id` stands above its children; refuses what is too high to be walked.
    NodeId above(NodeId id, std::span<const NodeId> children);
    NodeId above(NodeId id, std::initializer_list<NodeId> children) {
        return above(id, std::span<const NodeId>(children.begin(), children.size()));
    }
    std::uint32_t list(const std::vector<std::uint32_t>& items);
    std::uint32_t constant(const Value& value);
    std::uint32_t name_index(std::string_view text);
    NodeId text_node(std::uint32_t offset, std::string_view text);
    NodeId name_node(std::uint32_t offset, std::string_view text);
    std::uint8_t escape_flags() const { return escape_; }

    // --- expressions ---
    enum class Inline : bool { No, Yes };  ///< whether `a if b else c` may follow
    NodeId expression(Inline conditional = Inline::Yes);
    NodeId conditional();
    NodeId disjunction();
    NodeId conjunction();
    NodeId negation();
    NodeId comparison();
    NodeId sum();
    NodeId concatenation();
    NodeId product();
    NodeId power();
    NodeId unary(bool with_filters = true);
    NodeId primary();
    NodeId postfix(NodeId node);
    NodeId filters_and_tests(NodeId node);
    NodeId subscript(NodeId node);
    NodeId item_or_slice(NodeId object, std::uint32_t offset);
    NodeId call(NodeId callee);
    NodeId filter(NodeId value, bool starts_inline = false);
    NodeId test(NodeId value);
    NodeId list_literal();
    NodeId dict_literal();
    NodeId tuple(Inline conditional = Inline::Yes, std::string_view end_name = {},
                 bool parenthesized = false);
    bool at_tuple_end(std::string_view end_name) const;
    std::uint32_t call_arguments(std::vector<NodeId>& children);
    std::uint32_t add_arguments(ArgumentsInfo arguments);
    std::string dotted_name();
    std::uint32_t filter_use(NodeId node, const std::string& function_name, bool is_filter);
    NodeId binary(Operator operation, std::uint32_t offset, NodeId left, NodeId right);

    // --- targets: parsed before the scope is known that they are bound in ---
    enum class TargetKind : std::uint8_t { Name, Tuple, Namespace };
    struct Target {
        TargetKind kind = TargetKind::Name;
        std::uint32_t offset = 0;
        std::string_view name = {};
        std::string_view attribute = {};
        std::vector<Target> items = {};
    };
    Target target(std::string_view end_name, bool with_namespace);
    Target target_item(std::string_view end_name);
    Target name_target();
    enum class Bind : std::uint8_t { Store, Parameter };
    NodeId bind(const Target& target, Bind how);
    NodeId bind_name(std::uint32_t offset, std::string_view name, Bind how, std::uint8_t flags);

    // --- statements (parse_statement.cpp, parse_definition.cpp) ---
    std::uint32_t body(Words ends, bool drop_end);
    std::vector<NodeId> statements(Words ends);
    void statement(std::vector<NodeId>& out);
    void print(std::vector<NodeId>& out, NodeId expression, std::uint32_t offset);
    NodeId if_statement();
    NodeId for_statement();
    void refuse_loop(const Target& wanted) const;
    bool head_is_recursive() const;
    bool uses_loop(std::size_t first);
    void for_body(ForInfo& info);
    NodeId set_statement();
    NodeId with_statement();
    NodeId block_statement();
    NodeId extends_statement();
    NodeId include_statement();
    NodeId import_statement();
    NodeId from_statement();
    std::uint8_t import_context(bool otherwise);
    NodeId macro_statement();
    NodeId call_statement();
    NodeId filter_statement();
    NodeId autoescape_statement();
    void print_statement(std::vector<NodeId>& out);
    NodeId do_statement();
    NodeId loop_control();
    void signature(MacroInfo& macro);
    void macro_body(MacroInfo& macro, std::string_view end);
    void trans_statement(std::vector<NodeId>& out);
    [[noreturn]] void fail_unknown_tag(std::string_view tag, std::uint32_t offset) const;
    [[noreturn]] void fail_end(Words ends) const;
    std::string looking_for() const;

    // --- translations ---
    struct Message {
        std::string text;
        std::vector<std::string_view> names;
    };
    struct Trans;
    void trans_head(Trans& trans);
    Message trans_body(bool allow_pluralize);
    NodeId trans_call(const Trans& trans);

    /// Counts levels of nesting while it lives.
    class Level {
    public:
        explicit Level(Parser& parser);
        ~Level() { --parser_.level_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        Parser& parser_;
    };

    Program& program_;
    Scopes scopes_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::vector<std::uint16_t> heights_{0};
    std::uint32_t level_ = 0;
    std::uint8_t escape_ = kEscapeOff;
    bool top_level_ = true;             ///< assignments are the template's variables
    bool checks_extended_ = false;      ///< output here vanishes once there is a parent
    bool is_soft_ = false;              ///< an unknown filter is an error only when it is reached
    std::uint32_t loops_ = 0;           ///< around this place, in this unit
    std::uint32_t for_statements_ = 0;  ///< around this place, in all units
    std::vector<std::string_view> tags_;
    std::vector<std::vector<std::string_view>> ends_;
    struct Unknown {
        std::uint32_t function;
        std::uint32_t offset;
        bool is_filter;
        bool is_soft;
    };
    std::vector<Unknown> unknown_;
};

}  // namespace pottle::templating
