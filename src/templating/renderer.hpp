// SPDX-License-Identifier: MIT
/// \file
/// Renderer: walks a Program and appends to one Output. Statements are in render_statement.cpp,
/// expressions in render_expression.cpp, templates and blocks that call each other in
/// render_template.cpp, macros in render_macro.cpp, loops in render_loop.cpp.
///
/// What is written inside a macro, a block assignment or a filter block is appended to the output
/// too, and then cut off again: nothing is buffered twice.
#pragma once

#include "output.hpp"
#include "program.hpp"
#include "value_stack.hpp"

#include <pottle/templating/environment.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::templating {

/// The slots of one unit that runs.
struct Frame {
    Value* slots = nullptr;
    Frame* outer = nullptr;
};

/// One definition of a block, and the one that it overrides.
struct BlockLink {
    const Program* program = nullptr;
    const BlockInfo* block = nullptr;
    BlockLink* parent = nullptr;
};

/// Jinja's Context: what names mean beyond the slots, and which block is defined where.
struct Scope {
    struct Variable {
        std::string_view name;
        Value value;
        bool is_exported;
    };
    struct Variables {
        Variable* items = nullptr;
        std::uint32_t size = 0;
        std::uint32_t capacity = 0;
    };

    const Scope* base = nullptr;     ///< looked into last
    const Context* given = nullptr;  ///< what the rendering was given; nullptr: globals only
    Variables variables = {};        ///< what the template has assigned at its top level
    Variables locals = {};           ///< what an include or a scoped block sees of the place
    BlockLink** blocks = nullptr;
    std::uint32_t block_count = 0;
    bool autoescape = false;
    const Program* program = nullptr;
};

/// Where output goes that must not pile up.
class Sink {
public:
    /// Takes what has been written so far; may suspend the fibre.
    virtual void take(std::string output) = 0;

protected:
    ~Sink() = default;
};

class Renderer final : public Render {
public:
    enum class Fibre : bool { No, Yes };
    Renderer(const Environment& environment, const Context& given, Fibre fibre,
             Sink* sink = nullptr);

    /// Renders the template to the end. Throws TemplateError.
    void run(const TemplateHandle& handle);
    Output& output() noexcept { return out_; }

    Value variable(std::string_view name) override;
    Value shared(std::string_view name) const override;

    // --- for macros, loops and blocks, which call back ---

    /// What has been written since `begin`, cut off the output.
    std::string_view cut(std::size_t begin);
    struct State {
        const Program* program = nullptr;
        Frame* frame = nullptr;
        Scope* scope = nullptr;
        const Program* parent = nullptr;  ///< what the root that runs has extended
        std::uint32_t offset = 0;
    };
    const State& state() const noexcept { return state_; }
    /// Runs `body` in another unit; an error in it gets the place where it happened.
    template <class Body>
    void within(const Program& program, Frame* frame, Scope* scope, Body&& body);
    Frame* new_frame(const Unit& unit, Frame* outer);
    void run_unit(const Program& program, const Unit& unit, Frame* frame, Scope* scope);
    void run_block(const BlockLink& link, Scope* scope);
    void run_body(const Unit& unit) { exec_list(unit.body); }
    BlockLink* find_block(const Scope& scope, std::string_view name) const;
    void run_recursive(const Program& program, const Node& node, Frame* outer, Scope* scope,
                       const Value& iterable, std::int64_t depth);
    Value eval(NodeId id);
    void begin_capture() noexcept { ++captures_; }
    void end_capture() noexcept { --captures_; }
    ValueStack& stack() noexcept { return stack_; }

private:
    enum class Flow : std::uint8_t { Normal, Break, Continue };

    // --- statements ---
    Flow exec_list(std::uint32_t list);
    Flow exec(const Node& node);
    Flow exec_if(const Node& node);
    Flow exec_for(const Node& node);
    Flow exec_loop(const Node& node, const ForInfo& info, const Value& iterable,
                   std::int64_t depth);
    bool exec_extended(const Node& node, const ForInfo& info, const Value& iterable,
                       std::int64_t depth);
    bool exec_plain(const Node& node, const ForInfo& info, const Value& iterable);
    Value tested(const Node& node, const ForInfo& info, const Value& iterable);
    bool begin_iteration(const ForInfo& info);
    void print(const Node& node);
    void set_block(const Node& node);
    void filter_block(const Node& node);
    Flow with(const Node& node);
    Flow autoescape_block(const Node& node);
    void clear(std::uint32_t slots);
    void assign(NodeId target, const Value& value);
    void assign_tuple(const Node& target, const Value& value);
    void assign_name(const Node& target, const Value& value);
    bool escapes(std::uint8_t flags) const {
        return (flags & kEscapeMask) == kEscapeDynamic ? state_.scope->autoescape
                                                       : (flags & kEscapeMask) == kEscapeOn;
    }
    void check_output();
    void flush();

    // --- templates ---
    void run_root(const Program& program, Scope* scope);
    Scope* new_scope(const Program& program);
    void add_blocks(Scope& scope, const Program& program);
    Scope* derive(std::uint32_t visible);
    void set_variable(Scope::Variables& variables, std::string_view name, const Value& value,
                      bool is_exported);
    const Value* find_variable(const Scope::Variables& variables, std::string_view name) const;
    Value slot(std::uint32_t reference) const;
    const Program& use(const TemplateHandle& handle);
    const Program& load(const Value& wanted);
    const Program* load_or_null(const Value& wanted, bool ignore_missing);
    void exec_extends(const Node& node);
    void exec_include(const Node& node);
    void exec_block(const Node& node);
    Object& load_module(const Node& node);
    void exec_import(const Node& node);
    void exec_from_import(const Node& node);
    void exec_macro(const Node& node);
    void exec_call_block(const Node& node);

    // --- expressions ---
    Value eval_simple(NodeId id);
    Value attribute_of(NodeId id, const Value& object);
    Value name(const Node& node);
    Value context_name(const Node& node);
    Value undefined_name(std::string_view name);
    Value arithmetic(const Node& node);
    Value compare(const Node& node);
    Value concat(const Node& node);
    Value dict(const Node& node);
    Value list(const Node& node);
    Value slice_of(const Node& node);
    Value call_node(const Node& node, const Value* caller);
    Value filter_node(const Node& node);
    Value conditional(const Node& node);
    Value filter_input(const Node& node);
    template <class Use>
    Value with_arguments(const ArgumentsInfo& info, const Value* self, const Value* caller,
                         Use&& use);
    void spread(const ArgumentsInfo& info, List& positional, std::vector<Keyword>& keywords);
    void check_stack() const;

    Output out_;
    State state_;
    ValueStack stack_;
    const Context& given_;
    Sink* sink_;
    std::size_t chunk_;
    std::uint64_t sent_ = 0;  ///< bytes that the sink has taken
    std::uint64_t iterations_ = 0;
    std::uint32_t depth_ = 0;
    std::uint32_t captures_ = 0;
    std::uintptr_t stack_floor_ = 0;
    /// Where a member was found the last time: a loop asks again and again.
    struct FoundMember {
        const Node* node = nullptr;
        const reflect::Table* table = nullptr;
        const reflect::Field* field = nullptr;
    };
    FoundMember found_members_[8];
    std::string_view gathered_;  ///< what the filter block that ends has gathered
    struct Used {
        std::string_view name;
        const Program* program;
    };
    std::vector<Used> used_;
    std::vector<TemplateHandle> handles_;
    struct Imported {
        const Program* program;
        Object* module;
        std::string_view text;
    };
    std::vector<Imported> modules_;  ///< without context: one of each template
};

template <class Body>
void Renderer::within(const Program& program, Frame* frame, Scope* scope, Body&& body) {
    if (depth_ >= options().limits.depth)
        fail(ErrorKind::Limit,
             "templates, macros and blocks call each other more deeply than Limits::depth allows");
    const State before = state_;
    const bool autoescape_before = autoescape_;
    ++depth_;
    state_ = {&program, frame, scope, nullptr, 0};
    autoescape_ = scope->autoescape;
    try {
        body();
    } catch (TemplateError& error) {
        error.add_place(state_.program->place(state_.offset), state_.program->source);
        --depth_;
        state_ = before;
        autoescape_ = autoescape_before;
        throw;
    }
    --depth_;
    state_ = before;
    autoescape_ = autoescape_before;
}

}  // namespace pottle::templating
