// SPDX-License-Identifier: MIT
/// \file
/// Renderer: expressions.
#include "library/library.hpp"
#include "members.hpp"
#include "renderer.hpp"

#include <fmt/format.h>

namespace pottle::templating {

void Renderer::check_stack() const {
    if (reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < stack_floor_) [[unlikely]]
        fail(ErrorKind::Limit, "the template is nested more deeply than Limits::stack allows");
}

Value Renderer::eval(NodeId id) {
    check_stack();
    const Program& program = *state_.program;
    const Node& node = program.node(id);
    switch (node.kind) {
        case NodeKind::Constant:
            return program.constants[node.a];
        case NodeKind::LocalName: {
            const Value& value = state_.frame->slots[node.a];
            if (!value.is_missing()) [[likely]]
                return value;
            return context_name(node);
        }
        case NodeKind::Name:
            return name(node);
        case NodeKind::ContextName:
            return context_name(node);
        case NodeKind::Attribute: {
            const Value object = eval(node.a);
            return attribute_of(id, object);
        }
        case NodeKind::Item: {
            const Value object = eval(node.a);
            const Value key = eval(node.b);
            state_.offset = node.offset;
            return item(object, key);
        }
        case NodeKind::Call:
            return call_node(node, nullptr);
        case NodeKind::Filter:
            return filter_node(node);
        case NodeKind::Test: {
            const Value result = filter_node(node);
            return Value::boolean(truth(result));
        }
        case NodeKind::And: {
            const Value left = eval(node.a);
            return truth(left) ? eval(node.b) : left;
        }
        case NodeKind::Or: {
            const Value left = eval(node.a);
            return truth(left) ? left : eval(node.b);
        }
        case NodeKind::Not:
            return Value::boolean(!truth(eval(node.a)));
        case NodeKind::Arithmetic:
            return arithmetic(node);
        case NodeKind::Negative: {
            const Value operand = eval(node.a);
            state_.offset = node.offset;
            return negate(operand);
        }
        case NodeKind::Positive: {
            const Value operand = eval(node.a);
            state_.offset = node.offset;
            return negate(negate(operand));
        }
        case NodeKind::Compare:
            return compare(node);
        case NodeKind::Concat:
            return concat(node);
        case NodeKind::Tuple:
        case NodeKind::List:
            return list(node);
        case NodeKind::Dict:
            return dict(node);
        case NodeKind::Slice:
            return slice_of(node);
        case NodeKind::Conditional:
            return conditional(node);
        case NodeKind::FilterInput:
            return filter_input(node);
        case NodeKind::MarkSafe: {
            const Value value = eval(node.a);
            return state_.scope->autoescape ? text(value).as_markup() : value;
        }
        default:
            POTTLE_REQUIRE(false, "a template's statement stands where an expression must");
    }
}

/// eval() without its recursion for what most tags hold: a variable, a member of one.
Value Renderer::eval_simple(NodeId id) {
    const Node& node = state_.program->node(id);
    if (node.kind == NodeKind::LocalName) {
        const Value& value = state_.frame->slots[node.a];
        if (!value.is_missing()) return value;
    } else if (node.kind == NodeKind::Attribute) {
        const Node& object = state_.program->node(node.a);
        if (object.kind == NodeKind::LocalName && !state_.frame->slots[object.a].is_missing())
            return attribute_of(id, state_.frame->slots[object.a]);
    }
    return eval(id);
}

Value Renderer::attribute_of(NodeId id, const Value& object) {
    const Node& node = state_.program->node(id);
    state_.offset = node.offset;
    const std::string_view wanted = state_.program->names[node.b];
    if (!object.is(Kind::Structure)) return attribute(object, wanted);
    FoundMember& found = found_members_[id % std::size(found_members_)];
    if (found.node != &node || found.table != &object.table()) {
        const reflect::Field* const field = find_field(object.table().object(), wanted);
        if (!field) return attribute(object, wanted);
        found = {&node, &object.table(), field};
    }
    return read_field(object.data(), *found.field);
}

Value Renderer::slot(std::uint32_t reference) const {
    const Frame* frame = state_.frame;
    for (std::uint32_t depth = reference >> 16; depth; --depth) frame = frame->outer;
    return frame->slots[reference & 0xFFFF];
}

Value Renderer::name(const Node& node) {
    for (const std::uint32_t reference : state_.program->list(node.a)) {
        const Value value = slot(reference);
        if (!value.is_missing()) return value;
    }
    return context_name(node);
}

Value Renderer::context_name(const Node& node) {
    const std::string_view wanted = state_.program->names[node.b];
    const Value value = variable(wanted);
    return value.is_missing() ? undefined_name(wanted) : value;
}

Value Renderer::undefined_name(std::string_view wanted) {
    return Value::undefined(arena_.make<UndefinedInfo>(options().undefined, std::string_view(),
                                                       Value::missing(), Value::string(wanted)));
}

Value Renderer::arithmetic(const Node& node) {
    const Value a = eval(node.a);
    const Value b = eval(node.b);
    state_.offset = node.offset;
    const auto operation = static_cast<Operator>(node.flags);
    if (a.is(Kind::Int) && b.is(Kind::Int)) {
        std::int64_t result = 0;
        if (operation == Operator::Add && !__builtin_add_overflow(a.as_int(), b.as_int(), &result))
            return Value::integer(result);
        if (operation == Operator::Subtract &&
            !__builtin_sub_overflow(a.as_int(), b.as_int(), &result))
            return Value::integer(result);
        if (operation == Operator::Multiply &&
            !__builtin_mul_overflow(a.as_int(), b.as_int(), &result))
            return Value::integer(result);
    }
    return templating::arithmetic(arena_, operation, a, b);
}

Value Renderer::compare(const Node& node) {
    const auto operands = state_.program->list(node.b);
    Value left = eval(node.a);
    for (std::size_t i = 0; i < operands.size(); i += 2) {
        const Value right = eval(operands[i + 1]);
        state_.offset = node.offset;
        bool holds = false;
        switch (static_cast<Comparison>(operands[i])) {
            case Comparison::Equal:
                holds = equal(left, right);
                break;
            case Comparison::NotEqual:
                holds = !equal(left, right);
                break;
            case Comparison::Less:
                holds = templating::compare(left, right, "<") == -1;
                break;
            case Comparison::LessEqual: {
                const int order = templating::compare(left, right, "<=");
                holds = order == -1 || order == 0;
                break;
            }
            case Comparison::Greater:
                holds = templating::compare(left, right, ">") == 1;
                break;
            case Comparison::GreaterEqual: {
                const int order = templating::compare(left, right, ">=");
                holds = order == 1 || order == 0;
                break;
            }
            case Comparison::In:
                holds = contains(right, left);
                break;
            case Comparison::NotIn:
                holds = !contains(right, left);
                break;
        }
        if (!holds) return Value::boolean(false);
        left = right;
    }
    return Value::boolean(true);
}

/// `a ~ b`: with autoescape on, markup as soon as one part is markup.
Value Renderer::concat(const Node& node) {
    const auto parts = state_.program->list(node.a);
    const ValueStack::Hold hold(stack_, parts.size());
    Value* const values = hold.values();
    bool is_markup = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        values[i] = eval(parts[i]);
        is_markup = is_markup || values[i].is_safe();
    }
    is_markup = is_markup && (node.flags & kEscapeMask) == kEscapeOn;
    state_.offset = node.offset;
    const std::size_t begin = out_.size();
    for (std::size_t i = 0; i < parts.size(); ++i) out_.append(values[i], is_markup);
    const std::string_view joined = cut(begin);
    return is_markup ? Value::markup(joined) : Value::string(joined);
}

Value Renderer::list(const Node& node) {
    const auto items = state_.program->list(node.a);
    List& made = new_list();
    made.reserve(items.size());
    for (const NodeId item : items) made.append(eval(item));
    return node.kind == NodeKind::Tuple ? Value::tuple(&made) : Value::list(&made);
}

Value Renderer::dict(const Node& node) {
    const auto items = state_.program->list(node.a);
    Dict& made = new_dict();
    for (std::size_t i = 0; i < items.size(); i += 2) {
        const Value key = eval(items[i]);
        const Value value = eval(items[i + 1]);
        state_.offset = node.offset;
        made.set(key, value);
    }
    return Value::dict(&made);
}

Value Renderer::slice_of(const Node& node) {
    const Value object = eval(node.a);
    Value bounds[3];
    const auto given = state_.program->list(node.b);
    for (std::size_t i = 0; i < 3; ++i) bounds[i] = given[i] ? eval(given[i]) : Value::missing();
    state_.offset = node.offset;
    return slice(arena_, object, bounds[0], bounds[1], bounds[2]);
}

Value Renderer::conditional(const Node& node) {
    if (truth(eval(node.a))) return eval(node.b);
    if (node.c) return eval(node.c);
    // Of the default kind whatever the environment's is, as in Jinja.
    return Value::undefined(arena_.make<UndefinedInfo>(
        UndefinedKind::Default,
        "the inline if-expression evaluated to false and no else section was defined.",
        Value::missing(), Value::none()));
}

Value Renderer::filter_input(const Node& node) {
    return escapes(node.flags) ? Value::markup(gathered_) : Value::string(gathered_);
}

/// The arguments after *items and **items, in the arena.
void Renderer::spread(const ArgumentsInfo& info, List& positional, std::vector<Keyword>& keywords) {
    for (const NodeId argument : info.positional) positional.append(eval(argument));
    if (info.star) {
        Value item;
        for (Walk walk(arena_, eval(info.star)); walk.next(item);) positional.append(item);
    }
    for (const ArgumentsInfo::Named& keyword : info.keywords)
        keywords.push_back({keyword.name, eval(keyword.value)});
    if (!info.double_star) return;
    const Value mapping = eval(info.double_star);
    if (!mapping.is_dictlike())
        fail_type(fmt::format("argument after ** must be a mapping, not {}", type_name(mapping)));
    for (const Value& pair : items_of(arena_, mapping)) {
        const List& entry = pair.as_list();
        if (!entry[0].is_string()) fail_type("keywords must be strings");
        const std::string_view key = entry[0].as_string();
        for (const Keyword& other : keywords)
            if (other.name == key)
                fail_type(fmt::format("got multiple values for keyword argument '{}'", key));
        keywords.push_back({key, entry[1]});
    }
}

/// Evaluates arguments, behind `self` when there is one, and hands them to `use`.
template <class Use>
Value Renderer::with_arguments(const ArgumentsInfo& info, const Value* self, const Value* caller,
                               Use&& use) {
    const std::size_t before = self ? 1 : 0;
    if (!info.star && !info.double_star && info.keywords.empty() && !caller) [[likely]] {
        const ValueStack::Hold hold(stack_, info.positional.size() + before);
        Value* const values = hold.values();
        if (self) values[0] = *self;
        for (std::size_t i = 0; i < info.positional.size(); ++i)
            values[before + i] = eval(info.positional[i]);
        return use(std::span<const Value>(values, info.positional.size() + before),
                   std::span<const Keyword>());
    }
    List& positional = new_list();
    std::vector<Keyword> keywords;
    if (self) positional.append(*self);
    spread(info, positional, keywords);
    if (caller) keywords.push_back({"caller", *caller});
    return use(positional.items(), std::span<const Keyword>(keywords));
}

Value Renderer::call_node(const Node& node, const Value* caller) {
    const Program& program = *state_.program;
    const ArgumentsInfo& info = program.arguments[node.b];
    const Node& callee = program.node(node.a);
    if (callee.kind == NodeKind::Attribute) {
        const Value object = eval(callee.a);
        const std::string_view method = program.names[callee.b];
        const bool may_be_method = object.kind() < Kind::Structure && !object.is_undefined();
        if (const Native native = may_be_method ? library::find_method(object, method) : nullptr)
            return with_arguments(info, &object, caller, [&](auto positional, auto keywords) {
                state_.offset = node.offset;
                Call call(*this, method, positional, keywords);
                return native(call);
            });
        state_.offset = callee.offset;
        const Value function = attribute(object, method);
        return with_arguments(info, nullptr, caller, [&](auto positional, auto keywords) {
            state_.offset = node.offset;
            return call(function, positional, keywords);
        });
    }
    const Value function = eval(node.a);
    return with_arguments(info, nullptr, caller, [&](auto positional, auto keywords) {
        state_.offset = node.offset;
        return call(function, positional, keywords);
    });
}

/// Filters and tests alike.
Value Renderer::filter_node(const Node& node) {
    const Program& program = *state_.program;
    const FunctionUse& use = program.functions[node.c];
    const Value self = eval(node.a);
    if (!use.function) {
        state_.offset = node.offset;
        fail(ErrorKind::Runtime,
             fmt::format("No {} named '{}' found.",
                         node.kind == NodeKind::Filter ? "filter" : "test", use.name));
    }
    return with_arguments(program.arguments[node.b], &self, nullptr,
                          [&](auto positional, auto keywords) {
                              state_.offset = node.offset;
                              Call call(*this, use.name, positional, keywords);
                              return use.function->run(call);
                          });
}

}  // namespace pottle::templating
