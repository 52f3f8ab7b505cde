// SPDX-License-Identifier: MIT
/// \file
/// Expressions, from the loosest operator to the tightest. Filters and tests bind tighter than
/// every operator but a sign: `-1|abs` is `-(1)|abs` as in Jinja.
#include "parser.hpp"

#include <fmt/format.h>

namespace pottle::templating {

NodeId Parser::expression(Inline conditional_allowed) {
    const Level level(*this);
    return conditional_allowed == Inline::Yes ? conditional() : disjunction();
}

NodeId Parser::conditional() {
    const std::size_t unknown_before = unknown_.size();
    NodeId node = disjunction();
    while (is_name("if")) {
        const std::uint32_t offset = next().offset;
        const NodeId condition = disjunction();
        NodeId otherwise = 0;
        if (skip_name("else")) {
            const Level level(*this);
            otherwise = conditional();
        }
        // A filter that does not exist is no error in a branch that is not taken.
        for (std::size_t i = unknown_before; i < unknown_.size(); ++i) unknown_[i].is_soft = true;
        node = above(make(NodeKind::Conditional, offset, condition, node, otherwise),
                     {condition, node, otherwise});
    }
    return node;
}

NodeId Parser::disjunction() {
    NodeId left = conjunction();
    while (is_name("or")) {
        const std::uint32_t offset = next().offset;
        const NodeId right = conjunction();
        left = above(make(NodeKind::Or, offset, left, right), {left, right});
    }
    return left;
}

NodeId Parser::conjunction() {
    NodeId left = negation();
    while (is_name("and")) {
        const std::uint32_t offset = next().offset;
        const NodeId right = negation();
        left = above(make(NodeKind::And, offset, left, right), {left, right});
    }
    return left;
}

NodeId Parser::negation() {
    if (!is_name("not")) return comparison();
    const Level level(*this);
    const std::uint32_t offset = next().offset;
    const NodeId operand = negation();
    return above(make(NodeKind::Not, offset, operand), {operand});
}

NodeId Parser::comparison() {
    const std::uint32_t offset = current().offset;
    const NodeId first = sum();
    std::vector<std::uint32_t> operands;
    std::vector<NodeId> children{first};
    while (true) {
        Comparison operation{};
        if (is_operator("==")) {
            operation = Comparison::Equal;
        } else if (is_operator("!=")) {
            operation = Comparison::NotEqual;
        } else if (is_operator("<")) {
            operation = Comparison::Less;
        } else if (is_operator("<=")) {
            operation = Comparison::LessEqual;
        } else if (is_operator(">")) {
            operation = Comparison::Greater;
        } else if (is_operator(">=")) {
            operation = Comparison::GreaterEqual;
        } else if (is_name("in")) {
            operation = Comparison::In;
        } else if (is_name("not") && look().kind == TokenKind::Name && look().text == "in") {
            next();
            operation = Comparison::NotIn;
        } else {
            break;
        }
        next();
        operands.push_back(static_cast<std::uint32_t>(operation));
        operands.push_back(sum());
        children.push_back(operands.back());
    }
    if (operands.empty()) return first;
    return above(make(NodeKind::Compare, offset, first, list(operands)), children);
}

NodeId Parser::binary(Operator operation, std::uint32_t offset, NodeId left, NodeId right) {
    return above(
        make(NodeKind::Arithmetic, offset, left, right, 0, static_cast<std::uint8_t>(operation)),
        {left, right});
}

NodeId Parser::sum() {
    NodeId left = concatenation();
    while (is_operator("+") || is_operator("-")) {
        const Token& token = next();
        const Operator operation = token.text == "+" ? Operator::Add : Operator::Subtract;
        const std::uint32_t offset = token.offset;
        left = binary(operation, offset, left, concatenation());
    }
    return left;
}

NodeId Parser::concatenation() {
    const std::uint32_t offset = current().offset;
    std::vector<NodeId> parts{product()};
    while (skip_operator("~")) parts.push_back(product());
    if (parts.size() == 1) return parts[0];
    return above(make(NodeKind::Concat, offset, list(parts), 0, 0, escape_flags()), parts);
}

NodeId Parser::product() {
    NodeId left = power();
    while (is_operator("*") || is_operator("/") || is_operator("//") || is_operator("%")) {
        const Token& token = next();
        const Operator operation = token.text == "*"    ? Operator::Multiply
                                   : token.text == "/"  ? Operator::Divide
                                   : token.text == "//" ? Operator::FloorDivide
                                                        : Operator::Modulo;
        const std::uint32_t offset = token.offset;
        left = binary(operation, offset, left, power());
    }
    return left;
}

/// `**` groups from the left, unlike Python's.
NodeId Parser::power() {
    NodeId left = unary();
    while (is_operator("**")) {
        const std::uint32_t offset = next().offset;
        left = binary(Operator::Power, offset, left, unary());
    }
    return left;
}

NodeId Parser::unary(bool with_filters) {
    const Level level(*this);
    NodeId node = 0;
    if (is_operator("-") || is_operator("+")) {
        const Token& token = next();
        const NodeKind kind = token.text == "-" ? NodeKind::Negative : NodeKind::Positive;
        const std::uint32_t offset = token.offset;
        const NodeId operand = unary(false);
        node = above(make(kind, offset, operand), {operand});
    } else {
        node = primary();
    }
    node = postfix(node);
    return with_filters ? filters_and_tests(node) : node;
}

NodeId Parser::primary() {
    const Token token = current();
    switch (token.kind) {
        case TokenKind::Name:
            next();
            if (token.text == "true" || token.text == "True")
                return make(NodeKind::Constant, token.offset, constant(Value::boolean(true)));
            if (token.text == "false" || token.text == "False")
                return make(NodeKind::Constant, token.offset, constant(Value::boolean(false)));
            if (token.text == "none" || token.text == "None")
                return make(NodeKind::Constant, token.offset, constant(Value::none()));
            return name_node(token.offset, token.text);
        case TokenKind::String: {
            next();
            if (!is(TokenKind::String)) return text_node(token.offset, token.text);
            std::string joined(token.text);
            while (is(TokenKind::String)) joined += next().text;
            return text_node(token.offset, program_.arena.copy(joined));
        }
        case TokenKind::Integer:
        case TokenKind::Float:
            next();
            return make(NodeKind::Constant, token.offset, constant(token.number));
        case TokenKind::Operator:
            if (token.text == "(") {
                next();
                const NodeId inner = tuple(Inline::Yes, {}, true);
                expect_operator(")");
                return inner;
            }
            if (token.text == "[") return list_literal();
            if (token.text == "{") return dict_literal();
            break;
        default:
            break;
    }
    fail(fmt::format("unexpected '{}'",
                     token.kind == TokenKind::End ? "end of template" : token.text));
}

bool Parser::at_tuple_end(std::string_view end_name) const {
    return is(TokenKind::VariableEnd) || is(TokenKind::BlockEnd) || is_operator(")") ||
           (!end_name.empty() && is_name(end_name));
}

NodeId Parser::tuple(Inline conditional_allowed, std::string_view end_name, bool parenthesized) {
    const std::uint32_t offset = current().offset;
    std::vector<NodeId> items;
    bool is_tuple = false;
    while (true) {
        if (!items.empty()) expect_operator(",");
        if (at_tuple_end(end_name)) break;
        items.push_back(expression(conditional_allowed));
        if (!is_operator(",")) break;
        is_tuple = true;
    }
    if (!is_tuple && !items.empty()) return items[0];
    if (!is_tuple && !parenthesized)
        fail(fmt::format("Expected an expression, got '{}'",
                         is(TokenKind::End) ? "end of template" : current().text));
    return above(make(NodeKind::Tuple, offset, list(items)), items);
}

NodeId Parser::list_literal() {
    const std::uint32_t offset = next().offset;
    std::vector<NodeId> items;
    while (!is_operator("]")) {
        if (!items.empty()) expect_operator(",");
        if (is_operator("]")) break;
        items.push_back(expression());
    }
    expect_operator("]");
    return above(make(NodeKind::List, offset, list(items)), items);
}

NodeId Parser::dict_literal() {
    const std::uint32_t offset = next().offset;
    std::vector<NodeId> items;
    while (!is_operator("}")) {
        if (!items.empty()) expect_operator(",");
        if (is_operator("}")) break;
        items.push_back(expression());
        expect_operator(":");
        items.push_back(expression());
    }
    expect_operator("}");
    return above(make(NodeKind::Dict, offset, list(items)), items);
}

NodeId Parser::postfix(NodeId node) {
    while (true) {
        if (is_operator(".") || is_operator("[")) {
            node = subscript(node);
        } else if (is_operator("(")) {
            node = call(node);
        } else {
            return node;
        }
    }
}

NodeId Parser::filters_and_tests(NodeId node) {
    while (true) {
        if (is_operator("|")) {
            node = filter(node);
        } else if (is_name("is")) {
            node = test(node);
        } else if (is_operator("(")) {
            node = call(node);
        } else {
            return node;
        }
    }
}

NodeId Parser::subscript(NodeId node) {
    const Token token = next();
    if (token.text == "[") return item_or_slice(node, token.offset);
    const Token attribute = next();
    if (attribute.kind == TokenKind::Name)
        return above(make(NodeKind::Attribute, token.offset, node, name_index(attribute.text)),
                     {node});
    if (attribute.kind != TokenKind::Integer) fail_at(attribute.offset, "expected name or number");
    const NodeId key = make(NodeKind::Constant, attribute.offset, constant(attribute.number));
    return above(make(NodeKind::Item, token.offset, node, key), {node, key});
}

/// Behind "[": one key, a slice, or several keys, which make a tuple.
NodeId Parser::item_or_slice(NodeId object, std::uint32_t offset) {
    std::vector<NodeId> keys;
    bool is_slice = false;
    std::vector<NodeId> bounds(3, 0);
    while (!is_operator("]")) {
        if (!keys.empty() || is_slice) expect_operator(",");
        NodeId first = 0;
        if (!is_operator(":")) first = expression();
        if (!is_operator(":")) {
            keys.push_back(first);
            continue;
        }
        if (is_slice || !keys.empty()) fail("a slice cannot be one of several keys");
        is_slice = true;
        bounds[0] = first;
        next();
        const auto is_end = [this] { return is_operator("]") || is_operator(","); };
        if (!is_operator(":") && !is_end()) bounds[1] = expression();
        if (skip_operator(":") && !is_end()) bounds[2] = expression();
    }
    expect_operator("]");
    if (is_slice && !keys.empty()) fail_at(offset, "a slice cannot be one of several keys");
    if (is_slice) {
        const NodeId node = make(NodeKind::Slice, offset, object, list(bounds));
        bounds.push_back(object);
        return above(node, bounds);
    }
    NodeId key = 0;
    if (keys.size() == 1) {
        key = keys[0];
    } else {
        key = above(make(NodeKind::Tuple, offset, list(keys)), keys);
    }
    return above(make(NodeKind::Item, offset, object, key), {object, key});
}

std::uint32_t Parser::add_arguments(ArgumentsInfo arguments) {
    program_.arguments.push_back(std::move(arguments));
    return static_cast<std::uint32_t>(program_.arguments.size() - 1);
}

std::uint32_t Parser::call_arguments(std::vector<NodeId>& children) {
    const Level level(*this);
    const std::uint32_t offset = current().offset;
    expect_operator("(");
    ArgumentsInfo arguments;
    const auto ensure = [&](bool right) {
        if (!right) fail_at(offset, "invalid syntax for function call expression");
    };
    for (bool is_first = true; !is_operator(")"); is_first = false) {
        if (!is_first) {
            expect_operator(",");
            if (is_operator(")")) break;
        }
        NodeId value = 0;
        if (skip_operator("*")) {
            ensure(!arguments.star && !arguments.double_star);
            value = arguments.star = expression();
        } else if (skip_operator("**")) {
            ensure(!arguments.double_star);
            value = arguments.double_star = expression();
        } else if (is(TokenKind::Name) && look().kind == TokenKind::Operator &&
                   look().text == "=") {
            ensure(!arguments.double_star);
            const std::string_view key = name();
            next();
            value = expression();
            for (const ArgumentsInfo::Named& other : arguments.keywords)
                if (other.name == key)
                    fail_at(offset, fmt::format("keyword argument repeated: {}", key));
            arguments.keywords.push_back({key, value});
        } else {
            ensure(!arguments.star && !arguments.double_star && arguments.keywords.empty());
            value = expression();
            arguments.positional.push_back(value);
        }
        children.push_back(value);
    }
    expect_operator(")");
    return add_arguments(std::move(arguments));
}

NodeId Parser::call(NodeId callee) {
    const std::uint32_t offset = current().offset;
    std::vector<NodeId> children{callee};
    const std::uint32_t arguments = call_arguments(children);
    return above(make(NodeKind::Call, offset, callee, arguments), children);
}

std::string Parser::dotted_name() {
    std::string function_name(name());
    while (skip_operator(".")) {
        function_name += '.';
        function_name += name();
    }
    return function_name;
}

std::uint32_t Parser::filter_use(NodeId node, const std::string& function_name, bool is_filter) {
    const Environment& environment = program_.environment();
    const Function* const function =
        is_filter ? environment.find_filter(function_name) : environment.find_test(function_name);
    const auto index = static_cast<std::uint32_t>(program_.functions.size());
    program_.functions.push_back({program_.arena.copy(function_name), function});
    if (!function) unknown_.push_back({index, at(node).offset, is_filter, is_soft_});
    return index;
}

NodeId Parser::filter(NodeId value, bool starts_inline) {
    while (is_operator("|") || starts_inline) {
        if (!starts_inline) next();
        starts_inline = false;
        const std::uint32_t offset = current().offset;
        const std::string function_name = dotted_name();
        std::vector<NodeId> children{value};
        const std::uint32_t arguments =
            is_operator("(") ? call_arguments(children) : add_arguments({});
        const NodeId node = make(NodeKind::Filter, offset, value, arguments);
        at(node).c = filter_use(node, function_name, true);
        value = above(node, children);
    }
    return value;
}

NodeId Parser::test(NodeId value) {
    const std::uint32_t offset = next().offset;
    const bool negated = skip_name("not");
    const std::string function_name = dotted_name();
    std::vector<NodeId> children{value};
    std::uint32_t arguments = 0;
    const bool takes_operand =
        (is(TokenKind::Name) || is(TokenKind::String) || is(TokenKind::Integer) ||
         is(TokenKind::Float) || is_operator("[") || is_operator("{")) &&
        !is_any_name({"else", "or", "and"});
    if (is_operator("(")) {
        arguments = call_arguments(children);
    } else if (takes_operand) {
        if (is_name("is")) fail("You cannot chain multiple tests with is");
        ArgumentsInfo operand;
        operand.positional.push_back(postfix(primary()));
        children.push_back(operand.positional[0]);
        arguments = add_arguments(std::move(operand));
    } else {
        arguments = add_arguments({});
    }
    NodeId node = make(NodeKind::Test, offset, value, arguments);
    at(node).c = filter_use(node, function_name, false);
    above(node, children);
    return negated ? above(make(NodeKind::Not, offset, node), {node}) : node;
}

}  // namespace pottle::templating
