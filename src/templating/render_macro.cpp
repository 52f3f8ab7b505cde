// SPDX-License-Identifier: MIT
/// \file
/// Renderer: macros and the bodies of calls.
#include "renderer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

class Macro final : public Object {
public:
    Macro(Renderer& renderer, const Program& program, const MacroInfo& info, Frame* frame,
          Scope* scope)
        : renderer_(renderer), program_(program), info_(info), frame_(frame), scope_(scope) {}

    std::string_view type_name() const override { return "Macro"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override;
    Value attribute(Render& render, std::string_view name) override;
    void append_text(std::string& out) const override {
        out += info_.name.empty() ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", info_.name);
    }

private:
    std::string_view name() const { return info_.name.empty() ? "caller" : info_.name; }
    bool takes_caller() const { return info_.caller_slot != kNoSlot || info_.explicit_caller; }
    void bind(const Call& call, Value* slots);
    Value rest(const Call& call) const;
    void fill_defaults(Frame& frame);

    Renderer& renderer_;
    const Program& program_;
    const MacroInfo& info_;
    Frame* frame_;
    Scope* scope_;
};

Value Macro::attribute(Render& render, std::string_view name) {
    if (name == "name") return info_.name.empty() ? Value::none() : Value::string(info_.name);
    if (name == "arguments") {
        List& names = render.new_list();
        for (const std::string_view parameter : info_.parameters)
            names.append(Value::string(parameter));
        return Value::tuple(&names);
    }
    if (name == "catch_kwargs") return Value::boolean(info_.kwargs_slot != kNoSlot);
    if (name == "catch_varargs") return Value::boolean(info_.varargs_slot != kNoSlot);
    if (name == "caller") return Value::boolean(info_.caller_slot != kNoSlot);
    if (name == "explicit_caller") return Value::boolean(info_.explicit_caller);
    return Value::missing();
}

/// Arguments to slots, as Jinja's Macro does: positional ones, then keywords, then what is special.
void Macro::bind(const Call& call, Value* slots) {
    const auto positional = call.positional();
    const std::size_t count = info_.parameters.size();
    const std::size_t taken = std::min(positional.size(), count);
    std::copy_n(positional.begin(), taken, slots);
    Dict* others = nullptr;
    Value caller = Value::missing();
    for (const Keyword& keyword : call.keywords()) {
        const auto at = std::find(info_.parameters.begin() + static_cast<std::ptrdiff_t>(taken),
                                  info_.parameters.end(), keyword.name);
        if (at != info_.parameters.end()) {
            slots[at - info_.parameters.begin()] = keyword.value;
        } else if (keyword.name == "caller" && info_.caller_slot != kNoSlot) {
            caller = keyword.value;
        } else if (info_.kwargs_slot != kNoSlot) {
            if (!others) others = &renderer_.new_dict();
            others->set(keyword.name, keyword.value);
        } else if (keyword.name == "caller") {
            fail_type(
                fmt::format("macro '{}' was invoked with two values for the special caller "
                            "argument. This is most likely a bug.",
                            name()));
        } else {
            fail_type(
                fmt::format("macro '{}' takes no keyword argument '{}'", name(), keyword.name));
        }
    }
    if (positional.size() > count && info_.varargs_slot == kNoSlot)
        fail_type(fmt::format("macro '{}' takes not more than {} argument(s)", name(), count));
    if (info_.caller_slot != kNoSlot) {
        slots[info_.caller_slot] =
            caller.is_missing() ? renderer_.undefined("No caller defined", "caller") : caller;
    }
    if (info_.kwargs_slot != kNoSlot)
        slots[info_.kwargs_slot] = Value::dict(others ? others : &renderer_.new_dict());
    if (info_.varargs_slot != kNoSlot)
        slots[info_.varargs_slot] = renderer_.tuple(positional.subspan(taken));
}

/// Defaults are worked out in the macro, in order, so that one may read the one before.
void Macro::fill_defaults(Frame& frame) {
    const std::size_t first = info_.parameters.size() - info_.defaults.size();
    for (std::size_t i = 0; i < info_.parameters.size(); ++i) {
        if (!frame.slots[i].is_missing()) continue;
        frame.slots[i] =
            i >= first ? renderer_.eval(info_.defaults[i - first])
                       : renderer_.undefined(
                             fmt::format("parameter '{}' was not provided", info_.parameters[i]),
                             info_.parameters[i]);
    }
}

Value Macro::call(Call& call) {
    const bool is_markup = call.render().autoescape();
    Frame* const frame = renderer_.new_frame(program_.units[info_.unit], frame_);
    bind(call, frame->slots);
    const std::size_t begin = renderer_.output().size();
    renderer_.begin_capture();
    renderer_.within(program_, frame, scope_, [&] {
        fill_defaults(*frame);
        renderer_.run_body(program_.units[info_.unit]);
    });
    renderer_.end_capture();
    const std::string_view text = renderer_.cut(begin);
    return is_markup ? Value::markup(text) : Value::string(text);
}

}  // namespace

void Renderer::exec_macro(const Node& node) {
    const Program& program = *state_.program;
    auto* const macro =
        arena_.make<Macro>(*this, program, program.macros[node.a], state_.frame, state_.scope);
    assign(node.c, Value::object(macro));
}

void Renderer::exec_call_block(const Node& node) {
    const Program& program = *state_.program;
    state_.offset = node.offset;
    auto* const body =
        arena_.make<Macro>(*this, program, program.macros[node.a], state_.frame, state_.scope);
    const Value caller = Value::object(body);
    out_.append(call_node(program.node(node.b), &caller), false);
}

}  // namespace pottle::templating
