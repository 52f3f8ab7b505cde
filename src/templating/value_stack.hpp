// SPDX-License-Identifier: MIT
/// \file
/// ValueStack: room for arguments and for the slots of frames that nothing keeps.
#pragma once

#include <pottle/templating/arena.hpp>
#include <pottle/templating/value.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace pottle::templating {

/// A stack of values in chunks, so that what was pushed never moves.
class ValueStack {
public:
    explicit ValueStack(Arena& arena) : arena_(arena) {}

    /// `count` values, taken back when the Hold goes. Not initialised.
    class Hold {
    public:
        Hold(ValueStack& stack, std::size_t count)
            : stack_(stack), chunk_(stack.chunk_), top_(stack.top_), values_(stack.push(count)) {}
        ~Hold() {
            stack_.chunk_ = chunk_;
            stack_.top_ = top_;
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        Value* values() const noexcept { return values_; }

    private:
        ValueStack& stack_;
        std::size_t chunk_;
        std::size_t top_;
        Value* values_;
    };

private:
    static constexpr std::size_t kFirst = 64;
    struct Chunk {
        Value* values;
        std::size_t size;
    };

    Value* push(std::size_t count) {
        if (chunk_ == 0 && top_ + count <= kFirst) {
            Value* const at = reinterpret_cast<Value*>(first_) + top_;
            top_ += count;
            return at;
        }
        return push_slow(count);
    }
    Value* push_slow(std::size_t count) {
        while (true) {
            if (chunk_ > 0 && top_ + count <= chunks_[chunk_ - 1].size) {
                Value* const at = chunks_[chunk_ - 1].values + top_;
                top_ += count;
                return at;
            }
            if (chunk_ == chunks_.size()) {
                const std::size_t size =
                    std::max(count, kFirst << std::min<std::size_t>(chunk_ + 1, 6));
                chunks_.push_back({arena_.make_array<Value>(size), size});
            }
            ++chunk_;
            top_ = 0;
        }
    }

    Arena& arena_;
    alignas(Value) char first_[kFirst * sizeof(Value)];  ///< not initialised either
    std::vector<Chunk> chunks_;
    std::size_t chunk_ = 0;  ///< 0: first_
    std::size_t top_ = 0;
};

}  // namespace pottle::templating
