// SPDX-License-Identifier: MIT
/// \file
/// Renderer: templates that extend, include and import each other, and their blocks.
#include "renderer.hpp"
#include "same_name.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// What stands between a rendering and the end of its stack where only the limit's size is known.
std::uintptr_t floor_of(ByteCount size) {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    return here > size ? here - size : 0;
}

/// `super()` and `self.name()`.
class BlockReference final : public Object {
public:
    BlockReference(Renderer& renderer, const BlockLink& link, Scope* scope)
        : renderer_(renderer), link_(link), scope_(scope) {}

    std::string_view type_name() const override { return "BlockReference"; }
    bool is_callable() const override { return true; }
    Value attribute(Render& render, std::string_view name) override;
    Value call(Call& call) override {
        call.expect(0, 0);
        const std::size_t begin = renderer_.output().size();
        renderer_.begin_capture();
        renderer_.run_block(link_, scope_);
        renderer_.end_capture();
        const std::string_view text = renderer_.cut(begin);
        return scope_->autoescape ? Value::markup(text) : Value::string(text);
    }

private:
    Renderer& renderer_;
    const BlockLink& link_;
    Scope* scope_;
};

Value super_of(Renderer& renderer, const BlockLink& link, Scope* scope) {
    if (link.parent)
        return Value::object(renderer.arena().make<BlockReference>(renderer, *link.parent, scope));
    return renderer.undefined(
        fmt::format("there is no parent block called '{}'.", link.block->name), "super");
}

Value BlockReference::attribute(Render&, std::string_view name) {
    return name == "super" ? super_of(renderer_, link_, scope_) : Value::missing();
}

/// The variable `self`.
class TemplateReference final : public Object {
public:
    TemplateReference(Renderer& renderer, Scope* scope) : renderer_(renderer), scope_(scope) {}

    std::string_view type_name() const override { return "TemplateReference"; }
    Value item(Render&, const Value& key) override {
        if (!key.is_string()) return Value::missing();
        const BlockLink* const link = renderer_.find_block(*scope_, key.as_string());
        if (!link) return Value::missing();
        return Value::object(renderer_.arena().make<BlockReference>(renderer_, *link, scope_));
    }
    void append_text(std::string& out) const override {
        const std::string& name = scope_->program->name;
        out += name.empty() ? "<TemplateReference None>"
                            : fmt::format("<TemplateReference '{}'>", name);
    }

private:
    Renderer& renderer_;
    Scope* scope_;
};

/// What `import` binds: the variables that a template exports.
class Module final : public Object {
public:
    Module(const Program& program, const Scope& scope, std::string_view text)
        : program_(program), scope_(scope), text_(text) {}

    std::string_view type_name() const override { return "TemplateModule"; }
    Value attribute(Render&, std::string_view name) override {
        for (std::uint32_t i = 0; i < scope_.variables.size; ++i) {
            const Scope::Variable& variable = scope_.variables.items[i];
            if (variable.name == name && variable.is_exported) return variable.value;
        }
        return Value::missing();
    }
    void append_text(std::string& out) const override { out += text_; }
    bool is_markup() const override { return true; }
    const Program& program() const noexcept { return program_; }
    std::string_view text() const noexcept { return text_; }

private:
    const Program& program_;
    const Scope& scope_;
    std::string_view text_;
};

}  // namespace

Renderer::Renderer(const Environment& environment, const Context& given, Fibre fibre, Sink* sink)
    : Render(environment, environment.options().limits.memory),
      stack_(arena_),
      given_(given),
      sink_(sink),
      chunk_(environment.options().stream_chunk),
      stack_floor_(floor_of(environment.options().limits.stack)) {
    on_fibre_ = fibre == Fibre::Yes;
    random_state_ = environment.options().random_seed;
    if (!random_state_)
        random_state_ = static_cast<std::uint64_t>(
                            std::chrono::steady_clock::now().time_since_epoch().count()) ^
                        reinterpret_cast<std::uintptr_t>(this);
}

void Renderer::run(const TemplateHandle& handle) {
    const Program& program = *handle;  // the caller keeps it
    out_.reserve(sink_ ? chunk_ + chunk_ / 8 : program.expected_size());
    Scope* const scope = new_scope(program);
    scope->given = &given_;
    run_root(program, scope);
    check_output();
    if (sink_) {
        flush();
    } else {
        program.note_size(out_.size());
    }
}

const Program& Renderer::use(const TemplateHandle& handle) {
    handles_.push_back(handle);
    return *handle;
}

// --- names ---

const Value* Renderer::find_variable(const Scope::Variables& variables,
                                     std::string_view name) const {
    for (std::uint32_t i = 0; i < variables.size; ++i)
        if (same_name(variables.items[i].name, name)) return &variables.items[i].value;
    return nullptr;
}

Value Renderer::variable(std::string_view name) {
    for (const Scope* scope = state_.scope; scope; scope = scope->base) {
        if (const Value* const found = find_variable(scope->variables, name)) return *found;
        if (const Value* const found = find_variable(scope->locals, name)) return *found;
        if (scope->base) continue;
        if (scope->given) {
            const Value found = scope->given->find(name);
            if (!found.is_missing()) return found;
        }
    }
    const Value global = environment_.globals().find(name);
    return global.is_missing() ? shared(name) : global;
}

Value Renderer::shared(std::string_view name) const {
    return given_.find_shared(name);
}

void Renderer::set_variable(Scope::Variables& variables, std::string_view name, const Value& value,
                            bool is_exported) {
    for (std::uint32_t i = 0; i < variables.size; ++i) {
        if (!same_name(variables.items[i].name, name)) continue;
        variables.items[i] = {name, value, is_exported};
        return;
    }
    if (variables.size == variables.capacity) {
        const std::uint32_t capacity = std::max<std::uint32_t>(variables.capacity * 2, 8);
        auto* const items = static_cast<Scope::Variable*>(
            arena_.allocate(capacity * sizeof(Scope::Variable), alignof(Scope::Variable)));
        std::uninitialized_copy_n(variables.items, variables.size, items);
        variables.items = items;
        variables.capacity = capacity;
    }
    new (variables.items + variables.size++) Scope::Variable{name, value, is_exported};
}

Scope* Renderer::new_scope(const Program& program) {
    auto* const scope = arena_.make<Scope>();
    scope->program = &program;
    scope->autoescape = program.escapes;
    add_blocks(*scope, program);
    return scope;
}

/// A scope for what is included, imported or put in a scoped block here: the present one behind
/// the variables that the place can see.
Scope* Renderer::derive(std::uint32_t visible) {
    auto* const scope = arena_.make<Scope>();
    scope->base = state_.scope;
    scope->autoescape = state_.scope->autoescape;
    scope->program = state_.scope->program;
    const auto pairs = state_.program->list(visible);
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        const Value value = slot(pairs[i + 1]);
        if (!value.is_missing())
            set_variable(scope->locals, state_.program->names[pairs[i]], value, false);
    }
    return scope;
}

// --- units ---

Frame* Renderer::new_frame(const Unit& unit, Frame* outer) {
    auto* const frame = arena_.make<Frame>();
    frame->slots = arena_.make_array<Value>(unit.slots);
    std::fill_n(frame->slots, unit.slots, Value::missing());
    frame->outer = outer;
    return frame;
}

void Renderer::run_unit(const Program& program, const Unit& unit, Frame* frame, Scope* scope) {
    within(program, frame, scope, [&] { exec_list(unit.body); });
}

void Renderer::run_root(const Program& program, Scope* scope) {
    const Unit& root = program.units[0];
    Frame* const frame = new_frame(root, nullptr);
    const Program* parent = nullptr;
    within(program, frame, scope, [&] {
        if (root.self_slot != kNoSlot)
            frame->slots[root.self_slot] =
                Value::object(arena_.make<TemplateReference>(*this, scope));
        exec_list(root.body);
        parent = state_.parent;
        if (parent) run_root(*parent, scope);
    });
}

void Renderer::run_block(const BlockLink& link, Scope* scope) {
    const Unit& unit = link.program->units[link.block->unit];
    Frame* const frame = new_frame(unit, nullptr);
    if (unit.self_slot != kNoSlot)
        frame->slots[unit.self_slot] = Value::object(arena_.make<TemplateReference>(*this, scope));
    if (unit.super_slot != kNoSlot) frame->slots[unit.super_slot] = super_of(*this, link, scope);
    run_unit(*link.program, unit, frame, scope);
}

// --- blocks ---

void Renderer::add_blocks(Scope& scope, const Program& program) {
    if (program.blocks.empty()) return;
    const auto wanted = scope.block_count + static_cast<std::uint32_t>(program.blocks.size());
    auto** const blocks =
        static_cast<BlockLink**>(arena_.allocate(wanted * sizeof(BlockLink*), alignof(BlockLink*)));
    std::copy_n(scope.blocks, scope.block_count, blocks);
    scope.blocks = blocks;
    for (const BlockInfo& block : program.blocks) {
        auto* const link = arena_.make<BlockLink>(&program, &block, nullptr);
        BlockLink* last = find_block(scope, block.name);
        if (!last) {
            scope.blocks[scope.block_count++] = link;
            continue;
        }
        while (last->parent) last = last->parent;
        last->parent = link;
    }
}

BlockLink* Renderer::find_block(const Scope& scope, std::string_view name) const {
    for (std::uint32_t i = 0; i < scope.block_count; ++i)
        if (same_name(scope.blocks[i]->block->name, name)) return scope.blocks[i];
    return nullptr;
}

void Renderer::exec_block(const Node& node) {
    state_.offset = node.offset;
    if ((node.flags & kTopLevel) && state_.parent) return;
    const BlockInfo& block = state_.program->blocks[node.a];
    BlockLink* const link = find_block(*state_.scope, block.name);
    if (!link) fail(ErrorKind::Runtime, fmt::format("block '{}' cannot be used here", block.name));
    if ((node.flags & kRequired) && !link->parent && link->block == &block)
        fail(ErrorKind::Runtime, fmt::format("Required block '{}' not found", block.name));
    if (!(node.flags & kScoped)) return run_block(*link, state_.scope);
    Scope* const scope = derive(node.b);
    scope->blocks = state_.scope->blocks;
    scope->block_count = state_.scope->block_count;
    run_block(*link, scope);
}

// --- other templates ---

/// The template that an expression names: a name, or the first that exists of several.
const Program* Renderer::load_or_null(const Value& wanted, bool ignore_missing) {
    if (wanted.is_undefined()) fail_undefined(wanted);
    if (wanted.is_string()) {
        const std::string_view name = wanted.as_string();
        for (const Used& used : used_)
            if (same_name(used.name, name)) return used.program;
        TemplateHandle handle;
        try {
            handle = environment_.get_template(name);
        } catch (const TemplateError& error) {
            if (error.kind() != ErrorKind::NotFound || !ignore_missing) throw;
            return nullptr;
        }
        const Program& program = use(handle);
        used_.push_back({program.name, &program});
        return &program;
    }
    if (!wanted.is_listlike())
        fail_type(fmt::format("a template's name must be a text or a list of texts, not {}",
                              type_name(wanted)));
    std::string tried;
    for (std::size_t i = 0; i < length(wanted); ++i) {
        const Value one = item_at(wanted, i);
        if (one.is_undefined()) continue;
        if (const Program* const found = load_or_null(one, true)) return found;
        if (!tried.empty()) tried += ", ";
        append_text(tried, one);
    }
    if (ignore_missing) return nullptr;
    fail(ErrorKind::NotFound,
         tried.empty() ? "Tried to select from an empty list of templates."
                       : fmt::format("none of the templates given were found: {}", tried));
}

const Program& Renderer::load(const Value& wanted) {
    return *load_or_null(wanted, false);
}

void Renderer::exec_extends(const Node& node) {
    state_.offset = node.offset;
    if (state_.parent) fail(ErrorKind::Runtime, "extended multiple times");
    const Value wanted = eval(node.a);
    state_.offset = node.offset;
    const Program& parent = load(wanted);
    add_blocks(*state_.scope, parent);
    state_.parent = &parent;
}

void Renderer::exec_include(const Node& node) {
    state_.offset = node.offset;
    const Value wanted = eval(node.a);
    state_.offset = node.offset;
    const Program* const program = load_or_null(wanted, node.flags & kIgnoreMissing);
    if (!program) return;
    if (!(node.flags & kWithContext)) {
        out_.append(static_cast<Module&>(load_module(node)).text());
        return;
    }
    Scope* const scope = derive(node.b);
    scope->program = program;
    scope->autoescape = program->escapes;
    add_blocks(*scope, *program);
    run_root(*program, scope);
}

/// The module of an import, or of an include without context, which Jinja renders once.
Object& Renderer::load_module(const Node& node) {
    const Value wanted = eval(node.a);
    state_.offset = node.offset;
    const Program& program = load(wanted);
    const bool with_context = node.flags & kWithContext;
    if (!with_context) {
        for (const Imported& imported : modules_)
            if (imported.program == &program) return *imported.module;
    }
    Scope* scope = nullptr;
    if (with_context) {
        scope = derive(node.b);
        scope->program = &program;
        scope->autoescape = program.escapes;
        add_blocks(*scope, program);
        // The module keeps what the template's variables are now.
        const Scope::Variables& now = state_.scope->variables;
        for (std::uint32_t i = 0; i < now.size; ++i)
            if (!find_variable(scope->locals, now.items[i].name))
                set_variable(scope->locals, now.items[i].name, now.items[i].value, false);
    } else {
        scope = new_scope(program);
    }
    const std::size_t begin = out_.size();
    begin_capture();
    run_root(program, scope);
    end_capture();
    auto* const module = arena_.make<Module>(program, *scope, cut(begin));
    if (!with_context) modules_.push_back({&program, module, module->text()});
    return *module;
}

void Renderer::exec_import(const Node& node) {
    state_.offset = node.offset;
    assign(node.c, Value::object(&load_module(node)));
}

void Renderer::exec_from_import(const Node& node) {
    state_.offset = node.offset;
    auto& module = static_cast<Module&>(load_module(node));
    const auto pairs = state_.program->list(node.c);
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        const std::string_view name = state_.program->names[pairs[i]];
        Value value = module.attribute(*this, name);
        if (value.is_missing())
            value = undefined(
                fmt::format("the template '{}' (imported on line {}{}) does not export the "
                            "requested name '{}'",
                            module.program().name, state_.program->place(node.offset).line,
                            state_.program->name.empty()
                                ? ""
                                : fmt::format(" in '{}'", state_.program->name),
                            name),
                name);
        assign(pairs[i + 1], value);
    }
}

}  // namespace pottle::templating
