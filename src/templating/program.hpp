// SPDX-License-Identifier: MIT
/// \file
/// Program: a parsed template. Nodes are 24 bytes in one array and name each other by index; lists
/// of them stand in `extra`. Variables are resolved to slots while parsing (scopes.hpp), so that
/// only what the template does not assign is looked up by name. Constant after parsing.
///
/// A unit is what Python's Jinja makes a function of: the template's root, a block, a macro, the
/// body of a call, a recursive loop. A unit has a frame of slots and, for macros, calls and
/// recursive loops, an outer frame.
#pragma once

#include <pottle/templating/arena.hpp>
#include <pottle/templating/environment.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::templating {

/// Index of a node; 0 is none.
using NodeId = std::uint32_t;

/// What a node does, and what its operands are. `list` is an index into Program::extra of a count
/// followed by that many ids, or 0 for an empty list.
enum class NodeKind : std::uint8_t {
    Nothing,
    // statements
    Data,         ///< a: constant
    Print,        ///< a: expression; flags: escape
    If,           ///< a: list of test, body, test, body, ...; b: else (list)
    For,          ///< a: target, b: iterable, c: index of ForInfo; flags: escape
    Set,          ///< a: target, b: expression
    SetBlock,     ///< a: target, b: body (list), c: filter or 0, d: list of slots to clear
    With,         ///< a: list of target, expression, ...; b: body (list), d: slots to clear
    FilterBlock,  ///< a: filter expression, whose value is FilterInput; b: body, d: slots to clear
    Block,        ///< a: index of BlockInfo, b: visible (list) of a scoped one; flags
    Extends,      ///< a: expression
    Include,      ///< a: expression, b: visible; flags
    Import,       ///< a: expression, b: visible, c: target; flags
    FromImport,   ///< a: expression, b: visible, c: list of name, target, ...; flags
    Macro,        ///< a: index of MacroInfo, c: target
    CallBlock,    ///< a: index of MacroInfo, b: call
    Do,           ///< a: expression
    Autoescape,   ///< a: expression, b: body (list), d: slots to clear
    Break,
    Continue,
    // expressions
    Constant,     ///< a: constant
    LocalName,    ///< a: slot of this frame, always set
    Name,         ///< a: list of slot references, innermost first; b: name
    ContextName,  ///< b: name
    Tuple,        ///< a: list
    List,         ///< a: list
    Dict,         ///< a: list of key, value, ...
    Arithmetic,   ///< a, b; flags: Operator
    And,          ///< a, b
    Or,           ///< a, b
    Not,          ///< a
    Negative,     ///< a
    Positive,     ///< a
    Compare,      ///< a: first, b: list of Comparison, operand, ...
    Concat,       ///< a: list; flags: escape
    Attribute,    ///< a: object, b: name
    Item,         ///< a: object, b: key
    Slice,        ///< a: object, b: list of start, stop, step (0: absent)
    Call,         ///< a: callee, b: index of ArgumentsInfo
    Filter,       ///< a: value, b: index of ArgumentsInfo, c: index of a function
    Test,         ///< a: value, b: index of ArgumentsInfo, c: index of a function
    Conditional,  ///< a: test, b: then, c: else or 0
    FilterInput,  ///< what a filter block has gathered; flags: escape
    MarkSafe,     ///< a: markup where autoescape is on
    // targets
    TargetName,       ///< a: slot, b: name; flags: kExported
    TargetTuple,      ///< a: list
    TargetNamespace,  ///< a: name expression, b: attribute name
};

enum class Comparison : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn
};

/// Flags of Print, Concat and FilterInput: what autoescape is there.
inline constexpr std::uint8_t kEscapeOff = 0;
inline constexpr std::uint8_t kEscapeOn = 1;
inline constexpr std::uint8_t kEscapeDynamic = 2;
inline constexpr std::uint8_t kEscapeMask = 3;
/// Of Data and Print: nothing is written once the root has seen `extends`.
inline constexpr std::uint8_t kUnlessExtended = 4;
/// Of Block: at the top level, where a child only defines it.
inline constexpr std::uint8_t kTopLevel = 1;
inline constexpr std::uint8_t kScoped = 2;
inline constexpr std::uint8_t kRequired = 4;
/// Of Include, Import, FromImport.
inline constexpr std::uint8_t kWithContext = 1;
inline constexpr std::uint8_t kIgnoreMissing = 2;
/// Of targets: the variable is the template's, seen by blocks and includes, and exported. Of an
/// import it is seen and not exported.
inline constexpr std::uint8_t kExported = 1;
inline constexpr std::uint8_t kVisible = 2;

struct Node {
    NodeKind kind = NodeKind::Nothing;
    std::uint8_t flags = 0;
    std::uint32_t offset = 0;  ///< into Program::source
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    std::uint32_t d = 0;
};

/// A slot of this frame or an outer one.
constexpr std::uint32_t slot_reference(std::uint32_t depth, std::uint32_t slot) {
    return depth << 16 | slot;
}
inline constexpr std::uint32_t kNoSlot = 0xFFFFFFFF;

struct Unit {
    std::uint32_t slots = 0;
    std::uint32_t body = 0;             ///< list
    std::uint32_t self_slot = kNoSlot;  ///< of the name `self`
    std::uint32_t super_slot = kNoSlot;
};

struct ForInfo {
    NodeId test = 0;
    std::uint32_t body = 0;       ///< list
    std::uint32_t otherwise = 0;  ///< list
    std::uint32_t clear = 0;      ///< slots of the body, cleared for each item (list)
    std::uint32_t clear_otherwise = 0;
    std::uint32_t loop_slot = kNoSlot;
    std::uint32_t unit = 0;  ///< of a recursive loop
    bool recursive = false;
};

struct BlockInfo {
    std::string_view name;
    std::uint32_t unit = 0;
    std::uint32_t offset = 0;
};

struct MacroInfo {
    std::string_view name;  ///< empty for the body of a call
    std::uint32_t unit = 0;
    /// Parameters stand in the first slots, then caller, kwargs and varargs where they are used.
    std::vector<std::string_view> parameters;
    std::vector<NodeId> defaults;  ///< of the last parameters
    std::uint32_t caller_slot = kNoSlot;
    std::uint32_t kwargs_slot = kNoSlot;
    std::uint32_t varargs_slot = kNoSlot;
    bool explicit_caller = false;  ///< `caller` is one of the parameters
};

struct ArgumentsInfo {
    struct Named {
        std::string_view name;
        NodeId value;
    };
    std::vector<NodeId> positional;
    std::vector<Named> keywords;
    NodeId star = 0;         ///< *expression
    NodeId double_star = 0;  ///< **expression
};

/// A filter or test; the function is nullptr where an unknown name stands in a branch that may
/// never be taken.
struct FunctionUse {
    std::string_view name;
    const Function* function = nullptr;
};

class Program {
public:
    Program(const Environment& environment, std::string name, ByteCount memory)
        : environment_(environment), name(std::move(name)), arena(memory, kTextBlock) {}

    const Environment& environment() const noexcept { return environment_; }

    const Node& node(NodeId id) const noexcept { return nodes[id]; }
    std::span<const std::uint32_t> list(std::uint32_t index) const noexcept {
        return {extra.data() + index + 1, extra[index]};
    }
    const BlockInfo* find_block(std::string_view block) const noexcept;
    Place place(std::uint32_t offset) const;
    /// What the template holds in memory.
    ByteCount memory_use() const noexcept;

    /// How much room a page will need, from the one before. Relaxed: any answer will do.
    std::size_t expected_size() const noexcept {
        return expected_size_.load(std::memory_order_relaxed);
    }
    void note_size(std::size_t size) const noexcept {
        const auto expected = static_cast<std::uint32_t>(std::min(size + size / 8, kMostExpected));
        if (expected_size_.load(std::memory_order_relaxed) != expected)
            expected_size_.store(expected, std::memory_order_relaxed);
    }

private:
    static constexpr std::size_t kMostExpected = 1_MiB;
    static constexpr std::size_t kTextBlock = 256;  ///< most texts are views of the source

    const Environment& environment_;
    mutable std::atomic<std::uint32_t> expected_size_ = 0;

public:
    std::string name;    ///< empty for a template from a string
    std::string source;  ///< with "\n" for every newline
    bool escapes = false;
    Arena arena;  ///< texts of constants and names
    std::vector<Node> nodes{1};
    std::vector<std::uint32_t> extra{0};
    std::vector<Value> constants;
    std::vector<std::string_view> names;
    std::vector<Unit> units;  ///< the first is the root
    std::vector<ForInfo> loops;
    std::vector<BlockInfo> blocks;
    std::vector<MacroInfo> macros;
    std::vector<ArgumentsInfo> arguments;
    std::vector<FunctionUse> functions;
    std::uint64_t version = 0;  ///< of the source, for reloading
};

/// Parses `source`. Throws TemplateError (Syntax, Limit) with its place.
TemplateHandle parse(const Environment& environment, std::string_view name, std::string_view source,
                     std::uint64_t version);

}  // namespace pottle::templating
