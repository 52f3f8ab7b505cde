// SPDX-License-Identifier: MIT
/// \file
/// Renderer: for loops. A body that reads `loop` runs with a LoopObject, which knows what comes
/// next; any other body walks its items without one.
#include "renderer.hpp"

#include <fmt/format.h>

namespace pottle::templating {

namespace {

class LoopObject;

/// `loop.cycle` and `loop.changed`.
class LoopMethod final : public Object {
public:
    using Method = Value (*)(LoopObject&, Call&);
    LoopMethod(LoopObject& loop, Method method) : loop_(loop), method_(method) {}
    std::string_view type_name() const override { return "method"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override { return method_(loop_, call); }

private:
    LoopObject& loop_;
    Method method_;
};

/// The variable `loop`.
class LoopObject final : public Object {
public:
    LoopObject(Renderer& renderer, const Program& program, const Node& node, const Value& iterable,
               std::int64_t depth, bool recursive)
        : renderer_(renderer),
          program_(program),
          node_(node),
          outer_(recursive ? renderer.state().frame->outer : nullptr),
          scope_(renderer.state().scope),
          walk_(renderer.arena(), iterable),
          depth_(depth),
          recursive_(recursive) {}

    bool next(Value& item) {
        previous_ = current_;
        if (has_after_) {
            current_ = after_;
            has_after_ = false;
        } else if (!walk_.next(current_)) {
            return false;
        }
        ++index_;
        item = current_;
        return true;
    }

    std::string_view type_name() const override { return "LoopContext"; }
    std::optional<std::size_t> length() const override { return count(); }
    bool is_callable() const override { return true; }
    Value attribute(Render& render, std::string_view name) override;
    Value call(Call& call) override;
    bool walk(Arena&, List& out) override {
        Value item;
        while (next(item)) out.append(item);
        return true;
    }
    void append_text(std::string& out) const override {
        out += fmt::format("<LoopContext {}/{}>", index_ + 1, count());
    }

private:
    Value cycle(Call& call) const;
    Value changed(Call& call);
    std::size_t count() const {
        return static_cast<std::size_t>(index_ + 1) + walk_.remaining() + (has_after_ ? 1 : 0);
    }
    bool peek() {
        if (!has_after_) has_after_ = walk_.next(after_);
        return has_after_;
    }

    Renderer& renderer_;
    const Program& program_;
    const Node& node_;
    Frame* outer_;
    Scope* scope_;
    Walk walk_;
    std::int64_t depth_;  ///< from 0
    std::int64_t index_ = -1;
    bool recursive_;
    bool has_after_ = false;
    bool has_changed_ = false;
    Value current_ = Value::missing();
    Value previous_ = Value::missing();
    Value after_;
    Value last_changed_;
    LoopMethod cycle_{*this, [](LoopObject& loop, Call& call) { return loop.cycle(call); }};
    LoopMethod changed_{*this, [](LoopObject& loop, Call& call) { return loop.changed(call); }};
};

Value LoopObject::attribute(Render& render, std::string_view name) {
    const auto number = [](std::size_t value) {
        return Value::integer(static_cast<std::int64_t>(value));
    };
    if (name == "index") return Value::integer(index_ + 1);
    if (name == "index0") return Value::integer(index_);
    if (name == "first") return Value::boolean(index_ == 0);
    if (name == "last") return Value::boolean(!peek());
    if (name == "length") return number(count());
    if (name == "revindex") return Value::integer(static_cast<std::int64_t>(count()) - index_);
    if (name == "revindex0") return Value::integer(static_cast<std::int64_t>(count()) - index_ - 1);
    if (name == "depth") return Value::integer(depth_ + 1);
    if (name == "depth0") return Value::integer(depth_);
    if (name == "previtem")
        return index_ == 0 ? render.undefined("there is no previous item") : previous_;
    if (name == "nextitem") return peek() ? after_ : render.undefined("there is no next item");
    if (name == "cycle") return Value::object(&cycle_);
    if (name == "changed") return Value::object(&changed_);
    return Value::missing();
}

Value LoopObject::cycle(Call& call) const {
    const auto values = call.positional();
    if (values.empty()) fail_type("no items for cycling given");
    return values[static_cast<std::size_t>(index_) % values.size()];
}

Value LoopObject::changed(Call& call) {
    const Value values = call.render().tuple(call.positional());
    if (has_changed_ && equal(values, last_changed_)) return Value::boolean(false);
    has_changed_ = true;
    last_changed_ = values;
    return Value::boolean(true);
}

Value LoopObject::call(Call& call) {
    if (!recursive_)
        fail_type("The loop must have the 'recursive' marker to be called recursively.");
    call.expect(1, 1);
    const std::size_t begin = renderer_.output().size();
    renderer_.begin_capture();
    renderer_.run_recursive(program_, node_, outer_, scope_, call.self(), depth_ + 1);
    renderer_.end_capture();
    const std::string_view text = renderer_.cut(begin);
    const bool is_markup = (node_.flags & kEscapeMask) == kEscapeDynamic
                               ? scope_->autoescape
                               : (node_.flags & kEscapeMask) == kEscapeOn;
    return is_markup ? Value::markup(text) : Value::string(text);
}

}  // namespace

Renderer::Flow Renderer::exec_for(const Node& node) {
    state_.offset = node.offset;
    const ForInfo& info = state_.program->loops[node.c];
    const Value iterable = eval(node.b);
    if (!info.recursive) return exec_loop(node, info, iterable, 0);
    run_recursive(*state_.program, node, state_.frame, state_.scope, iterable, 0);
    return Flow::Normal;
}

void Renderer::run_recursive(const Program& program, const Node& node, Frame* outer, Scope* scope,
                             const Value& iterable, std::int64_t depth) {
    const ForInfo& info = program.loops[node.c];
    Frame* const frame = new_frame(program.units[info.unit], outer);
    const Program* const parent = state_.program == &program ? state_.parent : nullptr;
    within(program, frame, scope, [&] {
        state_.parent = parent;
        state_.offset = node.offset;
        exec_loop(node, info, iterable, depth);
    });
}

/// The items for which the loop's test holds.
Value Renderer::tested(const Node& node, const ForInfo& info, const Value& iterable) {
    List& items = new_list();
    Value item;
    for (Walk walk(arena_, iterable); walk.next(item);) {
        if (++iterations_ > options().limits.iterations)
            fail(ErrorKind::Limit, "the loops go round more often than Limits::iterations allows");
        assign(node.a, item);
        if (truth(eval(info.test))) items.append(item);
    }
    return iterator(items);
}

bool Renderer::begin_iteration(const ForInfo& info) {
    if (++iterations_ > options().limits.iterations) [[unlikely]]
        fail(ErrorKind::Limit, "the loops go round more often than Limits::iterations allows");
    if (out_.size() + sent_ > options().limits.output) [[unlikely]]
        check_output();
    if (sink_ && out_.size() >= chunk_) flush();
    if (info.clear) clear(info.clear);
    return true;
}

Renderer::Flow Renderer::exec_loop(const Node& node, const ForInfo& info, const Value& iterable,
                                   std::int64_t depth) {
    state_.offset = node.offset;
    if (iterable.is_undefined() && iterable.as_undefined().behaviour == UndefinedKind::Strict)
        fail_undefined(iterable);
    const Value items = info.test ? tested(node, info, iterable) : iterable;
    const bool went_round = info.loop_slot != kNoSlot ? exec_extended(node, info, items, depth)
                                                      : exec_plain(node, info, items);
    if (went_round) return Flow::Normal;
    clear(info.clear_otherwise);
    return exec_list(info.otherwise);
}

bool Renderer::exec_plain(const Node& node, const ForInfo& info, const Value& iterable) {
    const Node& target = state_.program->node(node.a);
    const bool is_plain = target.kind == NodeKind::TargetName && !target.flags;
    Walk walk(arena_, iterable);
    Value item;
    bool went_round = false;
    while (walk.next(item)) {
        begin_iteration(info);
        if (is_plain) {
            state_.frame->slots[target.a] = item;
        } else {
            state_.offset = node.offset;
            assign(node.a, item);
        }
        const Flow flow = exec_list(info.body);
        if (flow == Flow::Break) break;
        // As in Jinja, a turn that `continue` or `break` cuts short does not keep `else` away.
        went_round = went_round || flow == Flow::Normal;
    }
    return went_round;
}

bool Renderer::exec_extended(const Node& node, const ForInfo& info, const Value& iterable,
                             std::int64_t depth) {
    auto* const loop =
        arena_.make<LoopObject>(*this, *state_.program, node, iterable, depth, info.recursive);
    Value item;
    bool went_round = false;
    while (loop->next(item)) {
        begin_iteration(info);
        state_.offset = node.offset;
        assign(node.a, item);
        state_.frame->slots[info.loop_slot] = Value::object(loop);
        const Flow flow = exec_list(info.body);
        if (flow == Flow::Break) break;
        went_round = went_round || flow == Flow::Normal;
    }
    return went_round;
}

}  // namespace pottle::templating
