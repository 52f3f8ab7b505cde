// SPDX-License-Identifier: MIT
/// \file
/// Scopes: see the header for the rule.
#include "scopes.hpp"

#include "token.hpp"

#include <algorithm>

namespace pottle::templating {

namespace {
constexpr std::uint32_t kMaxSlots = 0xFFFF;  // what a slot reference holds
}

std::uint32_t Scopes::open_unit(Lexical lexical) {
    const auto unit = static_cast<std::uint32_t>(program_.units.size());
    program_.units.emplace_back();
    scopes_.push_back({current_, unit, true, lexical == Lexical::Isolated});
    current_ = &scopes_.back();
    return unit;
}

void Scopes::open_scope() {
    scopes_.push_back({current_, current_->unit, false, false});
    current_ = &scopes_.back();
}

void Scopes::close() {
    Scope& scope = *current_;
    Scope* const outer = scope.isolated ? nullptr : scope.outer;
    for (Read& read : scope.reads) {
        const auto binding =
            std::find_if(scope.bindings.begin(), scope.bindings.end(),
                         [&read](const Binding& candidate) { return candidate.name == read.name; });
        if (binding != scope.bindings.end()) {
            read.candidates.push_back(slot_reference(read.depth, binding->slot));
            if (binding->is_parameter) {
                resolve(read);
                continue;
            }
        }
        if (!outer) {
            resolve(read);
            continue;
        }
        if (scope.begins_unit) ++read.depth;
        outer->reads.push_back(std::move(read));
    }
    scope.reads.clear();
    current_ = scope.outer;
}

void Scopes::resolve(Read& read) {
    Node& node = program_.nodes[read.node];
    if (read.candidates.empty()) {
        node.kind = NodeKind::ContextName;
    } else if (read.candidates.size() == 1 && read.candidates[0] <= kMaxSlots) {
        node.kind = NodeKind::LocalName;
        node.a = read.candidates[0];
    } else {
        node.kind = NodeKind::Name;
        node.a = add_list(read.candidates);
    }
}

std::uint32_t Scopes::bind(std::string_view name, bool is_parameter) {
    for (Binding& binding : current_->bindings) {
        if (binding.name != name) continue;
        return binding.slot;
    }
    Unit& unit = program_.units[current_->unit];
    if (unit.slots == kMaxSlots) fail_syntax(0, "the template assigns too many variables");
    current_->bindings.push_back({name, unit.slots, is_parameter});
    return unit.slots++;
}

std::uint32_t Scopes::store(std::string_view name) {
    return bind(name, false);
}

std::uint32_t Scopes::parameter(std::string_view name) {
    return bind(name, true);
}

void Scopes::load(NodeId node, std::string_view name) {
    current_->reads.push_back({node, name, 0, {}});
}

bool Scopes::reads(std::string_view name) const {
    return std::any_of(current_->reads.begin(), current_->reads.end(),
                       [name](const Read& read) { return read.name == name; });
}

std::uint32_t Scopes::add_list(const std::vector<std::uint32_t>& items) {
    if (items.empty()) return 0;
    const auto index = static_cast<std::uint32_t>(program_.extra.size());
    program_.extra.push_back(static_cast<std::uint32_t>(items.size()));
    program_.extra.insert(program_.extra.end(), items.begin(), items.end());
    return index;
}

std::uint32_t Scopes::slots_to_clear() {
    std::vector<std::uint32_t> slots;
    for (const Binding& binding : current_->bindings)
        if (!binding.is_parameter) slots.push_back(binding.slot);
    return add_list(slots);
}

std::uint32_t Scopes::visible() {
    std::vector<const Scope*> chain;
    for (const Scope* scope = current_; scope; scope = scope->isolated ? nullptr : scope->outer)
        chain.push_back(scope);
    std::vector<std::uint32_t> pairs;
    std::uint32_t depth = 0;
    for (const Scope* scope : chain) depth += scope->begins_unit && !scope->isolated;
    for (auto scope = chain.rbegin(); scope != chain.rend(); ++scope) {
        if ((*scope)->begins_unit && !(*scope)->isolated) --depth;
        for (const Binding& binding : (*scope)->bindings) {
            pairs.push_back(static_cast<std::uint32_t>(program_.names.size()));
            program_.names.push_back(binding.name);
            pairs.push_back(slot_reference(depth, binding.slot));
        }
    }
    return add_list(pairs);
}

Scopes::Scope* Scopes::leave_unit() {
    Scope* const inside = current_;
    while (!current_->begins_unit) current_ = current_->outer;
    current_ = current_->outer;
    return inside;
}

}  // namespace pottle::templating
