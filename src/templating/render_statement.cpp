// SPDX-License-Identifier: MIT
/// \file
/// Renderer: statements that need no other template.
#include "renderer.hpp"

#include <charconv>

#include <fmt/format.h>

namespace pottle::templating {

Renderer::Flow Renderer::exec_list(std::uint32_t list) {
    for (const NodeId id : state_.program->list(list)) {
        const Flow flow = exec(state_.program->node(id));
        if (flow != Flow::Normal) return flow;
    }
    return Flow::Normal;
}

Renderer::Flow Renderer::exec(const Node& node) {
    switch (node.kind) {
        case NodeKind::Data:
            if ((node.flags & kUnlessExtended) && state_.parent) break;
            out_.append(state_.program->constants[node.a].as_string());
            break;
        case NodeKind::Print:
            if ((node.flags & kUnlessExtended) && state_.parent) break;
            print(node);
            break;
        case NodeKind::If:
            return exec_if(node);
        case NodeKind::For:
            return exec_for(node);
        case NodeKind::Set: {
            const Value value = eval(node.b);
            state_.offset = node.offset;
            assign(node.a, value);
            break;
        }
        case NodeKind::SetBlock:
            set_block(node);
            break;
        case NodeKind::With:
            return with(node);
        case NodeKind::FilterBlock:
            filter_block(node);
            break;
        case NodeKind::Block:
            exec_block(node);
            break;
        case NodeKind::Extends:
            exec_extends(node);
            break;
        case NodeKind::Include:
            exec_include(node);
            break;
        case NodeKind::Import:
            exec_import(node);
            break;
        case NodeKind::FromImport:
            exec_from_import(node);
            break;
        case NodeKind::Macro:
            exec_macro(node);
            break;
        case NodeKind::CallBlock:
            exec_call_block(node);
            break;
        case NodeKind::Do:
            eval(node.a);
            break;
        case NodeKind::Autoescape:
            return autoescape_block(node);
        case NodeKind::Break:
            return Flow::Break;
        case NodeKind::Continue:
            return Flow::Continue;
        default:
            POTTLE_REQUIRE(false, "a template's expression stands where a statement must");
    }
    return Flow::Normal;
}

void Renderer::print(const Node& node) {
    state_.offset = node.offset;
    out_.append(eval_simple(node.a), escapes(node.flags));
    if (sink_ && out_.size() >= chunk_) flush();
}

std::string_view Renderer::cut(std::size_t begin) {
    const std::string_view kept = arena_.copy(out_.from(begin));
    out_.truncate(begin);
    return kept;
}

void Renderer::check_output() {
    if (out_.size() + sent_ > options().limits.output)
        fail(ErrorKind::Limit,
             fmt::format("the page is longer than Limits::output allows: {} bytes",
                         options().limits.output));
}

void Renderer::flush() {
    if (captures_ || out_.empty()) return;
    check_output();
    sent_ += out_.size();
    sink_->take(out_.take());
    out_.reserve(chunk_ + chunk_ / 8);  // pieces are rarely of the chunk's exact size
}

Renderer::Flow Renderer::exec_if(const Node& node) {
    const auto branches = state_.program->list(node.a);
    for (std::size_t i = 0; i < branches.size(); i += 2) {
        state_.offset = node.offset;
        if (truth(eval(branches[i]))) return exec_list(branches[i + 1]);
    }
    return exec_list(node.b);
}

void Renderer::clear(std::uint32_t slots) {
    for (const std::uint32_t slot : state_.program->list(slots))
        state_.frame->slots[slot] = Value::missing();
}

void Renderer::set_block(const Node& node) {
    clear(node.d);
    const std::size_t begin = out_.size();
    begin_capture();
    exec_list(node.b);
    end_capture();
    check_output();
    gathered_ = cut(begin);
    Value value = Value::string(gathered_);
    if (node.c) value = eval(node.c);
    if (state_.scope->autoescape) value = text(value).as_markup();
    assign(node.a, value);
}

void Renderer::filter_block(const Node& node) {
    clear(node.d);
    const std::size_t begin = out_.size();
    begin_capture();
    exec_list(node.b);
    end_capture();
    check_output();
    gathered_ = cut(begin);
    out_.append(eval(node.a), false);
}

Renderer::Flow Renderer::with(const Node& node) {
    clear(node.d);
    const auto pairs = state_.program->list(node.a);
    const ValueStack::Hold hold(stack_, pairs.size() / 2);
    // All values see the scope outside.
    for (std::size_t i = 0; i < pairs.size(); i += 2) hold.values()[i / 2] = eval(pairs[i + 1]);
    for (std::size_t i = 0; i < pairs.size(); i += 2) assign(pairs[i], hold.values()[i / 2]);
    return exec_list(node.b);
}

Renderer::Flow Renderer::autoescape_block(const Node& node) {
    clear(node.d);
    Scope& scope = *state_.scope;
    const bool before = scope.autoescape;
    autoescape_ = scope.autoescape = truth(eval(node.a));
    const Flow flow = exec_list(node.b);
    autoescape_ = scope.autoescape = before;
    return flow;
}

void Renderer::assign(NodeId target, const Value& value) {
    const Node& node = state_.program->node(target);
    switch (node.kind) {
        case NodeKind::TargetName:
            return assign_name(node, value);
        case NodeKind::TargetTuple:
            return assign_tuple(node, value);
        default: {
            const Value owner = eval(node.a);
            const std::string_view attribute_name = state_.program->names[node.b];
            if (!owner.is(Kind::Object) || !owner.as_object().assign(*this, attribute_name, value))
                fail(ErrorKind::Runtime, "cannot assign attribute on non-namespace object");
        }
    }
}

void Renderer::assign_name(const Node& node, const Value& value) {
    state_.frame->slots[node.a] = value;
    if (node.flags & kVisible)
        set_variable(state_.scope->variables, state_.program->names[node.b], value,
                     node.flags & kExported);
}

void Renderer::assign_tuple(const Node& node, const Value& value) {
    const auto targets = state_.program->list(node.a);
    std::size_t taken = 0;
    Value item;
    for (Walk walk(arena_, value); walk.next(item); ++taken) {
        if (taken == targets.size())
            fail(ErrorKind::Value,
                 fmt::format("too many values to unpack (expected {})", targets.size()));
        assign(targets[taken], item);
    }
    if (taken < targets.size())
        fail(ErrorKind::Value, fmt::format("not enough values to unpack (expected {}, got {})",
                                           targets.size(), taken));
}

}  // namespace pottle::templating
