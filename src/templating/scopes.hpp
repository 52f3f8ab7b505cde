// SPDX-License-Identifier: MIT
/// \file
/// Scopes: which slot a name means, worked out while parsing. A name that is read may mean a
/// variable of each scope around it, innermost first, because an assignment may stand in a branch
/// that is not taken; what no scope has set is looked up in the context. So reads are kept until
/// their scope closes, when all of its names are known (a macro sees what is assigned below it).
#pragma once

#include "program.hpp"

#include <deque>
#include <string_view>
#include <vector>

namespace pottle::templating {

class Scopes {
public:
    struct Scope;

    explicit Scopes(Program& program) : program_(program) {}

    /// A unit that sees the scopes around it (a macro), or nothing but the context (a block).
    enum class Lexical : bool { Isolated, Nested };
    /// Opens a unit with its outermost scope. Returns the unit's index.
    std::uint32_t open_unit(Lexical lexical);
    void open_scope();
    /// Closes the innermost scope; of a unit's outermost one, the unit too.
    void close();

    /// The slot of a variable that is assigned in the innermost scope.
    std::uint32_t store(std::string_view name);
    /// The same, of one that always has a value.
    std::uint32_t parameter(std::string_view name);
    /// `node` reads `name`.
    void load(NodeId node, std::string_view name);
    /// Whether something in the innermost scope reads `name`, which it does not set.
    bool reads(std::string_view name) const;
    /// The slots of the innermost scope that must be empty when it is entered (a list).
    std::uint32_t slots_to_clear();
    /// What an include here can see: a list of name, slot reference, outermost first.
    std::uint32_t visible();
    std::uint32_t unit() const noexcept { return current_->unit; }

    /// Steps out of the innermost unit for a while: the call of a call block is outside of its
    /// body.
    Scope* leave_unit();
    void return_to(Scope* scope) { current_ = scope; }

    struct Binding {
        std::string_view name;
        std::uint32_t slot;
        bool is_parameter;
    };
    struct Read {
        NodeId node;
        std::string_view name;
        std::uint32_t depth;
        std::vector<std::uint32_t> candidates;
    };
    struct Scope {
        Scope* outer;
        std::uint32_t unit;
        bool begins_unit;
        bool isolated;
        std::vector<Binding> bindings = {};
        std::vector<Read> reads = {};
    };

private:
    std::uint32_t bind(std::string_view name, bool is_parameter);
    void resolve(Read& read);
    std::uint32_t add_list(const std::vector<std::uint32_t>& items);

    Program& program_;
    std::deque<Scope> scopes_;
    Scope* current_ = nullptr;
};

}  // namespace pottle::templating
