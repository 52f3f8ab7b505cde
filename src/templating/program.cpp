// SPDX-License-Identifier: MIT
/// \file
/// Program: places in its source, and what it holds in memory.
#include "program.hpp"

#include <algorithm>

namespace pottle::templating {

TemplateHandle::TemplateHandle() noexcept = default;
TemplateHandle::TemplateHandle(Shared<Program> program) noexcept : program_(std::move(program)) {}
TemplateHandle::TemplateHandle(const TemplateHandle&) noexcept = default;
TemplateHandle::TemplateHandle(TemplateHandle&&) noexcept = default;
TemplateHandle::~TemplateHandle() = default;

TemplateHandle& TemplateHandle::operator=(TemplateHandle other) noexcept {
    program_ = std::move(other.program_);
    return *this;
}

TemplateHandle::operator bool() const noexcept {
    return bool(program_);
}

const Program& TemplateHandle::operator*() const noexcept {
    return *program_;
}

std::string_view TemplateHandle::name() const noexcept {
    return program_->name;
}

ByteCount TemplateHandle::memory_use() const noexcept {
    return program_->memory_use();
}

const BlockInfo* Program::find_block(std::string_view block) const noexcept {
    const auto found = std::find_if(blocks.begin(), blocks.end(),
                                    [block](const BlockInfo& b) { return b.name == block; });
    return found == blocks.end() ? nullptr : &*found;
}

Place Program::place(std::uint32_t offset) const {
    const std::string_view before = std::string_view(source).substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::string_view line =
        newline == std::string_view::npos ? before : before.substr(newline + 1);
    const auto characters = std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return {name.empty() ? "<string>" : name,
            static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
            static_cast<std::uint32_t>(characters + 1)};
}

ByteCount Program::memory_use() const noexcept {
    ByteCount total =
        sizeof *this + source.capacity() + arena.used() + nodes.capacity() * sizeof(Node) +
        extra.capacity() * sizeof(std::uint32_t) + constants.capacity() * sizeof(Value) +
        names.capacity() * sizeof(std::string_view) + units.capacity() * sizeof(Unit) +
        loops.capacity() * sizeof(ForInfo) + blocks.capacity() * sizeof(BlockInfo) +
        functions.capacity() * sizeof(FunctionUse) + arguments.capacity() * sizeof(ArgumentsInfo);
    for (const ArgumentsInfo& info : arguments)
        total += info.positional.capacity() * sizeof(NodeId) +
                 info.keywords.capacity() * sizeof(ArgumentsInfo::Named);
    return total;
}

}  // namespace pottle::templating
